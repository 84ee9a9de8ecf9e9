// Goes through the whole portal as everybody who is somebody, and judges each kind of
// page. What a member may see is first read as text, which is fast; a page is opened in
// the browser when its address is of a pattern, or it has parts, that no page had before.
export const name = 'every page of the portal is well'

const most = Number(process.env.SIGNET_PORTAL_PAGES ?? 60) // pages that are opened
const languages = ['vi', 'en']

// patternOf makes /items/{} of /vi/items/slogan-open-sea: what is not one plain word is
// a key. Of a query only the names count.
function patternOf(url) {
  const path = url.pathname.split('/').slice(2).map((s) => (/^[a-z]*$/.test(s) ? s : '{}')).join('/')
  const asked = [...new Set(url.searchParams.keys())].sort().join('&')
  return asked ? `/${path}?${asked}` : `/${path}`
}

const attribute = (tag, key) => tag.match(new RegExp(`\\s${key}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s>]+))`))?.slice(2).find((v) => v !== undefined)
const decoded = (s) => s.replace(/&amp;|&#38;/g, '&').replace(/&#43;/g, '+').replace(/&#39;/g, "'")

// linksOf are the addresses of this server that a page leads to.
function linksOf(html, url) {
  const out = []
  for (const [tag] of html.matchAll(/<a\s[^>]*>/g)) {
    const to = attribute(tag, 'href')
    const there = to === undefined ? undefined : new URL(decoded(to), url)
    if (there?.origin !== url.origin) continue
    there.hash = ''
    out.push(there)
  }
  return out
}

// partsOf tell what a page is made of: its elements by class, kind and name.
function partsOf(html) {
  const parts = []
  for (const [tag, element] of html.matchAll(/<([a-z][a-z0-9-]*)(\s[^>]*)?>/g)) {
    parts.push([element, attribute(tag, 'class'), attribute(tag, 'type'), attribute(tag, 'name'), attribute(tag, 'role')].join(' '))
  }
  return parts
}

// readAll reads all kinds of pages that a viewer gets to in a language, one of each
// pattern, and returns those that are something new: {url, pattern, rank}. What is no
// page is asked for all the same, once for each pattern. A rank of 0 is for what no
// language has shown yet, 1 for the same in another language, 2 for a page that has parts
// which no page had before.
async function readAll(context, base, lang, known, fail) {
  const found = []
  const seen = new Set()
  const queue = [new URL(`/${lang}/`, base)]
  for (let url = queue.shift(); url; url = queue.shift()) {
    const pattern = patternOf(url)
    const isPage = url.pathname.startsWith(`/${lang}/`)
    const key = isPage ? pattern : url.pathname.split('/')[1] + pattern
    if (seen.has(key) || languages.some((l) => l !== lang && url.pathname.startsWith(`/${l}/`))) continue
    seen.add(key)
    const answer = await context.request.fetch(url.href, { method: isPage ? 'GET' : 'HEAD', headers: { Accept: 'text/html' } })
    if (answer.status() !== 200) fail(`status ${answer.status()}, by a link`, url.href)
    if (!isPage || answer.status() !== 200 || !/^text\/html/.test(answer.headers()['content-type'])) continue
    const html = await answer.text()
    const fresh = partsOf(html).filter((p) => !known.parts.has(lang + p))
    for (const part of fresh) known.parts.add(lang + part)
    const before = languages.filter((l) => known.patterns.has(l + pattern))
    known.patterns.add(lang + pattern)
    const rank = before.length === 0 ? 0 : !before.includes(lang) ? 1 : 2
    if (rank < 2 || fresh.length > 0) found.push({ url, pattern, rank })
    queue.push(...linksOf(html, new URL(answer.url())))
  }
  return found
}

// facts are read in the page. Strange is what seems to be of the other language without
// saying so: letters of Vietnamese alone in three words of an English page, common words
// of English in a Vietnamese one.
function facts() {
  const lang = document.documentElement.lang
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const strange = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const held = node.parentElement
    if (held.closest('[lang]') !== document.documentElement || held.closest('code,pre,kbd,samp,script,style,[translate=no]')) continue
    const words = node.data.trim().split(/\s+/)
    const foreign = lang === 'en' ? words.filter((w) => /[ăđơưạ-ỹ]/i.test(w)).length >= 3 : words.filter((w) => /^(the|of|and|is|are|to|for|with|this|that|not|your|you)$/i.test(w)).length >= 2
    if (foreign) strange.push(node.data.trim().slice(0, 80))
  }
  const nowhere = [...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1)).filter((id) => id && !document.getElementById(decodeURIComponent(id)))
  return { nowhere, lang, title: document.title.trim(), h1: document.querySelectorAll('h1').length, main: document.querySelectorAll('main').length, strange }
}

export default async ({ base, members, context, go, axe, noScroll, skip, fail, note }) => {
  if ((await fetch(`${base}/vi/`)).status === 404) skip('a portal at /vi/, which this server does not have')

  async function judge({ url, pattern, lang }, page, plain) {
    const began = performance.now()
    await go(page, url.href)
    const f = await page.evaluate(facts)
    const wrong = (what) => fail(what, url.href)
    if (f.lang !== lang) wrong(`html lang is ${f.lang}`)
    if (!f.title) wrong('there is no title')
    if (f.h1 !== 1 || f.main !== 1) wrong(`${f.h1} h1 and ${f.main} main, want one of each`)
    if (f.nowhere.length > 0) wrong(`links to #${f.nowhere.join(', #')}, which is nowhere`)
    if (f.strange.length > 0) wrong(`of another language than ${lang}, without a lang: ${f.strange.slice(0, 3).join(' | ')}`)
    await axe(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await axe(page, { only: ['color-contrast'] }) // all that is other in the dark
    await page.emulateMedia({ colorScheme: 'light' })
    await noScroll(page)
    await go(plain, url.href)
    if (f.main === 1 && (await plain.innerText('main')).trim().length < 20) wrong('without JavaScript it is empty')
    return `${pattern} ${Math.round(performance.now() - began)} ms`
  }

  const began = performance.now()
  const reviewer = members.find((m) => m.startsWith('reviewer-'))
  const viewers = [undefined, ...members.filter((m) => m === reviewer || !m.startsWith('reviewer-'))]
  const known = { patterns: new Set(), parts: new Set() } // each after its language
  const found = []
  for (const as of viewers) {
    for (const lang of languages) {
      const live = await context({ as, lang })
      for (const page of await readAll(live, base, lang, known, fail)) found.push({ ...page, as, lang, live })
    }
  }
  note(`${known.patterns.size} patterns were found and ${found.length} pages by reading, in ${Math.round(performance.now() - began)} ms`)

  const chosen = found.toSorted((a, b) => a.rank - b.rank)
  const left = chosen.splice(most).map((p) => `${p.url.pathname} as ${p.as ?? 'nobody'}`)
  if (left.length > 0) note(`SKIPPED ALOUD: only ${most} pages are opened; SIGNET_PORTAL_PAGES=${found.length} opens also ${left.join(', ')}`)
  for (const live of new Set(chosen.map((p) => p.live))) {
    const pages = chosen.filter((p) => p.live === live)
    const { as, lang } = pages[0]
    const still = await context({ as, lang, js: false })
    const [page, plain] = [await live.newPage(), await still.newPage()]
    const times = []
    for (const p of pages) times.push(await judge(p, page, plain))
    await Promise.all([live.close(), still.close()])
    note(`${as ?? 'nobody'}, ${lang}: ${times.join(', ')}`)
  }
  note(`${chosen.length} pages were opened in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  if (known.patterns.size < 2) fail('the portal has no pages')
}
