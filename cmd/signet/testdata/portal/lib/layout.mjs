// spills are the elements that stick out of the window to the right, or whose words do,
// and can't be scrolled to within an element of their own. What html or body cut off
// counts.
function spills() {
  const width = document.documentElement.clientWidth
  const held = (el) => {
    for (let e = el.parentElement; e && e !== document.body && e !== document.documentElement; e = e.parentElement) {
      if (getComputedStyle(e).overflowX !== 'visible') return true
    }
    return false
  }
  const named = (el) => el.tagName.toLowerCase() + (el.id && '#' + el.id) + [...el.classList].map((c) => '.' + c).join('')
  const out = []
  for (const el of document.body.querySelectorAll('*')) {
    const box = el.getBoundingClientRect()
    if (box.width === 0 || box.height === 0 || held(el)) continue
    const words = getComputedStyle(el).overflowX === 'visible' && el.clientWidth > 0 ? box.left + el.scrollWidth : 0
    const end = Math.round(Math.max(box.right, words))
    if (end > width + 1) out.push(`${named(el)} ends at ${end}`)
  }
  const wide = document.scrollingElement.scrollWidth
  return { wide: wide > width ? wide : 0, out }
}

// noScroll fails if a page has to be scrolled sideways at a width of 360 px, which is
// more than the 320 px of WCAG 1.4.10 and what small phones have. The window is as it
// was afterwards.
export async function noScroll(story, page, { width = 360 } = {}) {
  const before = page.viewportSize()
  await page.setViewportSize({ width, height: 800 })
  const { wide, out } = await page.evaluate(spills)
  await page.setViewportSize(before)
  if (wide || out.length > 0) {
    story.fail(`at ${width} px it is ${wide || width} px wide; ${out.slice(-5).join(', ')}`, page.url())
  }
}
