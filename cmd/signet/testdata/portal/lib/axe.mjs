import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const places = 5 // of one rule on one page, that are told of
// The last one has target-size, of WCAG 2.5.8.
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

// axe asks axe-core for breaches of WCAG 2.2, levels A and AA. Serious and critical ones
// are failures, others are noted. With only, a list of rules, it asks for these alone.
export async function axe(story, page, { only } = {}) {
  if (!(await page.evaluate('"axe" in window'))) {
    // What the debugger evaluates is not subject to the page's Content-Security-Policy.
    const session = await page.context().newCDPSession(page)
    await session.send('Runtime.evaluate', { expression: source })
    await session.detach()
  }
  const options = {
    runOnly: only ? { type: 'rule', values: only } : { type: 'tag', values: tags },
    resultTypes: ['violations'],
    preload: false, // it would ask for style sheets again
  }
  const { violations } = await page.evaluate((o) => window.axe.run(document, o), options)
  for (const { id, impact, help, nodes } of violations) {
    for (const { html, any, all, none } of nodes.slice(0, places)) {
      const why = [...any, ...all, ...none].map((check) => check.message).join('; ')
      const message = `axe ${id} (${impact}): ${help}\n    ${html.slice(0, 200)}\n    ${why}`
      if (impact === 'serious' || impact === 'critical') story.fail(message, page.url())
      else story.note(message)
    }
    if (nodes.length > places) story.note(`${page.url()}: axe ${id} at ${nodes.length - places} more places`)
  }
  return violations
}
