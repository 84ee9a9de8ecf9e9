import { axe } from './axe.mjs'
import { budget } from './budget.mjs'
import { drop } from './drop.mjs'
import { keyboard } from './keyboard.mjs'
import { noScroll } from './layout.mjs'
import { baseline, shot } from './pictures.mjs'
import { watch } from './watch.mjs'

// Skip ends a story that can't be told.
class Skip extends Error {}

// Story is what one script does and finds. Helpers note what they find and go on, so
// that one run tells of everything.
export class Story {
  notes = []
  skipped = ''
  #found = [] // {message, where, also}
  #allowed = []
  #contexts = []

  constructor(world) {
    this.world = world
  }

  // fail notes a failure of a page, or of none; of one on many pages once.
  fail(message, where = '') {
    const same = where && this.#found.find((f) => f.where && f.message === message)
    if (same) same.also.push(where)
    else this.#found.push({ message, where, also: [] })
  }

  get failures() {
    return this.#found.map(({ message, where, also }) => {
      const others = [...new Set(also)].filter((o) => o !== where)
      const more = others.length > 0 ? `\n    and on ${others.length} more pages, as ${others.slice(0, 3).join(' ')}` : ''
      return (where && `${where}: `) + message + more
    })
  }

  // wrong is a failure unless the story allows it.
  wrong(message, where) {
    if (!this.#allowed.some((what) => (what instanceof RegExp ? what.test(message) : message.includes(what)))) this.fail(message, where)
  }

  note(message) {
    if (!this.notes.includes(message)) this.notes.push(message)
  }

  // ended takes the error by which a script ended.
  ended(error) {
    if (error instanceof Skip) this.skipped = error.message
    else this.fail(error.stack ?? String(error))
  }

  async close() {
    await Promise.allSettled(this.#contexts.map((c) => c.close()))
  }

  // context opens a window of its own, with cookies, storage and cache of its own.
  async context({ lang = 'vi', as, width = 1280, height = 800, dark = false, js = true } = {}) {
    const context = await this.world.browser.newContext({
      baseURL: this.world.base,
      locale: lang === 'vi' ? 'vi-VN' : 'en-GB',
      timezoneId: 'Asia/Ho_Chi_Minh',
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      javaScriptEnabled: js,
    })
    this.#contexts.push(context)
    context.setDefaultTimeout(15_000)
    context.setDefaultNavigationTimeout(45_000) // of slow lines on busy machines
    if (as) await this.#enter(context, as, lang)
    watch(context, this)
    return context
  }

  // #enter logs a member in, as the form of the login page does.
  async #enter(context, as, lang) {
    const { base, tokens } = this.world
    const token = tokens[as]
    if (!token) throw new Error(`nobody is ${as}; there are ${Object.keys(tokens).join(', ')}`)
    const answer = await context.request.post('/session', { form: { token, lang, return: `/${lang}/` }, headers: { Origin: base }, maxRedirects: 0 })
    if (answer.status() !== 303 || (await context.cookies()).length === 0) {
      throw new Error(`${as} can't log in: status ${answer.status()}, to ${answer.headers().location}`)
    }
  }

  // open opens a page in a window of its own.
  async open(path, options = {}) {
    const { status, ...rest } = options
    const context = await this.context({ lang: path.startsWith('/en/') ? 'en' : 'vi', ...rest })
    return this.go(await context.newPage(), path, { status })
  }

  // go leads a page on. The status that is awaited is no failure, any other one is.
  async go(page, path, { status = 200 } = {}) {
    const there = new URL(path, this.world.base).href
    if (status >= 400) this.allow(`GET ${there}: status ${status}`)
    const answer = await page.goto(there)
    // Unwanted errors are told by watch.
    if (answer && answer.status() < 400 && answer.status() !== status) this.fail(`status ${answer.status()}, want ${status}`, there)
    return page
  }

  // blank is an empty page without a policy, for page.setContent.
  async blank(options) {
    return (await this.context(options)).newPage()
  }

  // allow lets pass what watch would fail for: a part of its message, or a RegExp.
  allow(what) {
    this.#allowed.push(what)
  }

  // red fails unless what it does fails, with a message that matches.
  async red(what, pattern, act) {
    const before = this.#found
    this.#found = []
    try {
      await act()
    } catch (error) {
      this.ended(error)
    }
    const found = this.failures
    this.#found = before
    if (!found.some((f) => pattern.test(f))) this.fail(`${what} is not found; only: ${found.join(' | ') || 'nothing'}`)
  }

  // graphql asks the API, for what a story needs and is not about. It throws on errors.
  async graphql({ as, query, variables }) {
    const { base, tokens } = this.world
    const headers = { 'Content-Type': 'application/json', ...(as && { Authorization: `Bearer ${tokens[as]}` }) }
    const answer = await fetch(`${base}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    const told = await answer.json()
    if (!told.data || told.errors) throw new Error(`${query}: ${JSON.stringify(told)}`)
    return told.data
  }

  // hands are what a script is given.
  hands() {
    const { base, tokens } = this.world
    const given = { base, tokens, members: Object.keys(tokens) }
    given.skip = (why) => {
      throw new Skip(why)
    }
    for (const name of ['open', 'go', 'context', 'blank', 'allow', 'red', 'graphql', 'fail', 'note']) given[name] = this[name].bind(this)
    for (const tool of [axe, baseline, budget, drop, keyboard, noScroll, shot]) given[tool.name] = (...rest) => tool(this, ...rest)
    return given
  }
}
