// The helpers themselves: against pages that are there, which are well, and against
// pages that are not, where each has to find what it is for.
import assert from 'node:assert/strict'
import { join } from 'node:path'

export const name = 'the judges of pages find what they are for'

export default async ({ base, open, go, context, blank, axe, keyboard, noScroll, shot, baseline, budget, drop, red, graphql, members }) => {
  const html = (body, head = '') => `<!doctype html><html lang="en"><head><title>A page</title>${head}</head><body><main>${body}</main></body></html>`

  // What is well is called well, also under a policy that lets nothing in.
  const served = async (options) => {
    const window = await context(options)
    const headers = { 'Content-Type': 'text/html', 'Content-Security-Policy': "default-src 'none'" }
    await window.route('**/harness', (r) => r.fulfill({ headers, body: html('<h1>A page</h1><a href="/harness">one</a> <p><a href="/harness">two</a><noscript>without scripts</noscript>') }))
    return go(await window.newPage(), '/harness')
  }
  const home = await served()
  await axe(home)
  await noScroll(home)
  assert.deepEqual((await keyboard(home)).map((e) => e.text), ['one', 'two'])
  assert.equal(home.viewportSize().width, 1280)
  await shot(home, 'harness')
  assert.match(await (await served({ js: false })).innerText('main'), /without scripts/)
  assert.doesNotMatch(await home.innerText('main'), /without scripts/)
  assert.ok((await budget('/healthz', { kB: 2, ms: 10_000 })).load >= 150)
  await open('/nothing-here', { status: 404 })
  const { viewer } = await graphql({ as: 'auditor', query: '{ viewer { roles } }' })
  assert.deepEqual(viewer.roles, ['AUDITOR'])
  assert.ok(members.includes('translator-ja') && members.includes('reviewer-so-ngoai-vu'))
  await open('/reports', { status: 401 }) // which auditors may ask for, and nobody else
  await open('/reports?period=2026-H1', { as: 'auditor' })

  // What nobody sees on the page.
  await red('a missing page', /status 404/, () => go(home, '/neither-here'))
  await go(home, '/harness')
  const run = (what) => () => home.evaluate(what).catch(() => {})
  await red('an error on the console', /console: oh/, run(() => console.error('oh')))
  await red('a breach of the policy', /Content Security Policy/, run(() => document.body.setAttribute('style', 'color: red')))
  await red('an exception', /threw: Error: thrown/, () => home.evaluate(() => new Promise((r) => setTimeout(() => { setTimeout(r); throw new Error('thrown') }))))
  const page = await blank()
  await page.setContent(html('<h1>A page</h1>'))
  const elsewhere = base.includes('127.0.0.1') ? base.replace('127.0.0.1', 'localhost') : 'http://elsewhere.example'
  const stray = () => page.evaluate((url) => fetch(url).catch(() => {}), elsewhere)
  await red('another host', /asks another host/, stray)
  await red('a request that fails', /ERR_NAME_NOT_RESOLVED/, stray) // nobody is called

  // What some can't see, reach or read.
  await page.setContent(html('<h1>A page</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">'))
  await red('a picture without a text', /axe image-alt/, () => axe(page))
  await page.setContent(html('<h1>A page</h1><button style="width:9px;height:9px;padding:0" aria-label="a"></button><button style="width:9px;height:9px;padding:0" aria-label="b"></button>'))
  await red('a small target', /axe target-size/, () => axe(page))
  await page.setContent(html('<h1>A page</h1><p style="width:500px">wide</p>'))
  await red('an overflow', /p ends at 508|500 px wide/, () => noScroll(page))
  await page.setContent(html('<h1>A page</h1><p style="width:500px">cut</p>', '<style>html { overflow-x: auto } body { overflow-x: hidden }</style>'))
  await red('an overflow that is cut off', /p ends at/, () => noScroll(page))
  await page.setContent(html('<h1>A page</h1><div style="overflow:auto" tabindex=0><p style="width:500px">may be scrolled</p></div>'))
  await noScroll(page)

  await page.setContent(html('<a href="#a">a</a> <a href="#b">b</a>', '<style>a:last-child:focus { outline: none }</style>'))
  await red('a focus without a mark', /the focus on a "b" can't be seen/, () => keyboard(page))
  await page.setContent(html('<a href="#a">a</a><div style="position:fixed;inset:0;background:white"></div>'))
  await red('a focus that is covered', /is covered/, () => keyboard(page))
  await page.setContent(html('<input id=a><a href="#b">b</a>'))
  await page.evaluate(() => document.getElementById('a').addEventListener('keydown', (e) => e.preventDefault()))
  await red('a trap', /never gets to 1 of 2/, () => keyboard(page))
  await page.setContent(html(`<fieldset><legend>Radio</legend><label><input type=radio name=r>1</label><label><input type=radio name=r checked>2</label></fieldset>
    <details><summary>more</summary><a href="#c">hidden</a></details><button disabled>no</button><dialog><button>closed</button></dialog>`))
  assert.deepEqual((await keyboard(page)).map((e) => e.tag), ['input', 'summary'])
  await page.click('summary')
  await page.click('summary')
  assert.deepEqual((await keyboard(page)).map((e) => e.tag).sort(), ['input', 'summary'])

  // Pictures, bytes and hands.
  await page.setContent(html('<h1 data-volatile style="font-size:80px">Thursday</h1><p>always</p>'))
  await baseline(page, 'harness', { at: ['phone'] })
  assert.equal(await page.innerText('h1'), 'Thursday')
  await page.setContent(html('<h1 data-volatile style="font-size:80px">Sun</h1><p>always</p>'))
  await baseline(page, 'harness', { at: ['phone'] })
  await page.evaluate(() => (document.querySelector('main').style.background = 'teal'))
  if (process.env.SIGNET_UPDATE_BASELINES !== '1') {
    await red('another look', /% of the pixels differ/, () => baseline(page, 'harness', { at: ['phone'] }))
    await red('a picture that was never made', /there is no/, () => baseline(page, 'harness-missing', { at: ['phone'] }))
  }
  await red('a page of too many bytes', /at most 0.01 kB/, () => budget('/healthz', { kB: 0.01, ms: 10_000 }))
  await red('a slow page', /at most 50 ms/, () => budget('/healthz', { kB: 10, ms: 50 }))
  await page.setContent(html('<div id=here style="height:80px">here</div>'))
  await page.evaluate(() => {
    const here = document.getElementById('here')
    here.addEventListener('dragover', (e) => e.preventDefault())
    here.addEventListener('drop', (e) => {
      e.preventDefault()
      here.textContent = [...e.dataTransfer.files].map((f) => f.name).join()
    })
  })
  await drop(page, '#here', join(import.meta.dirname, 'package.json'))
  assert.equal(await page.innerText('#here'), 'package.json')
  assert.ok(home.url().startsWith(base))
}
