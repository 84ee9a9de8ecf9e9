// prepare notes how everything looks that Tab should reach, while nothing has the focus.
function prepare() {
  document.activeElement?.blur()
  window.scrollTo(0, 0)
  const look = (el) => {
    for (const a of el.getAnimations()) a.finish()
    const s = getComputedStyle(el)
    const drawn = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 && !/^rgba\(.*, 0\)$/.test(s.outlineColor)
    return { outline: drawn && `${s.outlineStyle} ${s.outlineWidth} ${s.outlineColor} ${s.outlineOffset}`, shadow: s.boxShadow }
  }
  // A hidden box of a form shows its focus by its label, a field by what frames it.
  const shown = (el) => [el, ...(el.labels ?? []), el.parentElement].filter(Boolean)
  const differs = (before, now) => (now.outline && now.outline !== before.outline) || (now.shadow !== 'none' && now.shadow !== before.shadow)
  const selector = 'a[href],area[href],button,input,select,textarea,summary,iframe,[tabindex],[contenteditable],audio[controls],video[controls]'
  const dialog = document.querySelector('dialog:modal')
  const radios = (el) => [...document.querySelectorAll('input[type=radio]')].filter((o) => o.name === el.name && o.form === el.form)
  const standsFor = (el) => radios(el).find((o) => o.checked) ?? radios(el)[0] // Tab goes to one of a group
  const can = (el) =>
    el.tabIndex >= 0 && !el.matches(':disabled') && !el.closest('[inert]') && (!dialog || dialog.contains(el)) &&
    el.checkVisibility({ visibilityProperty: true }) && (el.type !== 'radio' || !el.name || standsFor(el) === el)
  const all = [...document.querySelectorAll(selector)].filter(can)
  const looks = new Map(all.map((el) => [el, shown(el).map(look)]))
  window.signetKeyboard = { all, looks, shown, look, differs, reached: new Set() }
  return all.length
}

// step tells of the element that has the focus; null if none has.
function step() {
  const k = window.signetKeyboard
  const el = document.activeElement
  if (!el || el === document.body || el === document.documentElement) return null
  const again = k.reached.has(el)
  k.reached.add(el)
  const before = k.looks.get(el)
  const visible = !before || k.shown(el).some((e, i) => k.differs(before[i], k.look(e)))
  const bodies = [el, ...(el.labels ?? [])]
  const seen = bodies.flatMap((e) => [...e.getClientRects()]).some((b) => b.width > 1 && b.height > 1 &&
    [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].some(([x, y]) => {
      const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y)
      return top && bodies.some((e) => e.contains(top))
    }))
  const text = (el.getAttribute('aria-label') ?? el.labels?.[0]?.innerText ?? el.innerText ?? el.value ?? '').trim().replace(/\s+/g, ' ')
  return { tag: el.tagName.toLowerCase(), id: el.id, href: el.getAttribute('href'), name: el.getAttribute('name'), text: text.slice(0, 80), again, visible, seen }
}

function unreached() {
  const k = window.signetKeyboard
  return k.all.filter((el) => !k.reached.has(el) && el.isConnected).map((el) => el.outerHTML.slice(0, 120))
}

// keyboard goes through a page by Tab and returns what had the focus, in order: {tag,
// id, href, name, text}. It fails where the focus can't be seen, for want of a change of
// outline or box-shadow (WCAG 2.4.7) or because something covers it (2.4.11), and where
// Tab does not lead on to the rest of the page (2.1.2).
export async function keyboard(story, page, { most = 300 } = {}) {
  const count = await page.evaluate(prepare)
  const order = []
  let ends = 0
  for (let i = 0; i < Math.min(most, 2 * count + 2); i++) {
    await page.keyboard.press('Tab')
    const here = await page.evaluate(step)
    // Tab begins where something was clicked last: the rest comes after the end.
    if (!here && ends++ === 0) continue
    if (!here || here.again) break
    const { again, visible, seen, ...what } = here
    const label = `${what.tag}${what.id && '#' + what.id} "${what.text}"`
    if (!visible) story.fail(`the focus on ${label} can't be seen`, page.url())
    else if (!seen) story.fail(`${label} has the focus and is covered, or too small to see`, page.url())
    order.push(what)
  }
  const rest = await page.evaluate(unreached)
  if (rest.length > 0 && order.length < most) {
    story.fail(`Tab never gets to ${rest.length} of ${count} elements, as ${rest.slice(0, 3).join(' ')}; the last was ${order.at(-1)?.text}`, page.url())
  }
  return order
}
