// The explorer can be used by everybody, in light and in dark, and asks as who has logged in.
import assert from 'node:assert/strict'

export const name = 'a designer explores the data'

export default async ({ open, go, axe, shot }) => {
  for (const dark of [false, true]) {
    const page = await open('/graphql', { dark })
    await page.waitForSelector('.examples button')
    await axe(page)
    if (!dark) await shot(page, 'explorer')
  }
  const page = await open('/vi/', { as: 'designer' })
  await go(page, '/graphql')
  const editor = '.graphiql-query-editor .CodeMirror'
  await page.waitForFunction((at) => document.querySelector(at)?.CodeMirror.getValue().includes('query'), editor)
  await page.evaluate((at) => document.querySelector(at).CodeMirror.setValue('{ viewer { agency roles } }'), editor)
  // The page looks at what was typed a moment later: until then it asks the old query.
  for (let told = ''; !told.includes('bao-ptth');) {
    const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.click('.graphiql-execute-button')])
    told = await answer.text()
  }
  assert.equal(await page.locator('.examples [lang=en]').count() > 3, true)
}
