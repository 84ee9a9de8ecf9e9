// The reviewer's desk, from the queue to the decision: a logo whose picture and texts
// change goes round the agencies, in Vietnamese with the script and in English without.
import assert from 'node:assert/strict'
import { PNG } from 'pngjs'

export const name = 'reviewers compare, comment, sign, return and withdraw'

const key = 'logo-review-desk'
const signers = ['reviewer-so-ngoai-vu', 'reviewer-so-vhttdl', 'reviewer-bao-ptth', 'reviewer-ban-tuyen-giao-dan-van']
const svg = (r, colour) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><circle cx="150" cy="90" r="${r}" fill="${colour}"/><path d="M30 160q30-30 60 0t60 0 60 0 60 0" fill="none" stroke="#0b5563" stroke-width="14"/></svg>`

async function prepare({ base, tokens, graphql }) {
  const upload = async (text) => {
    const answer = await fetch(`${base}/files`, { method: 'POST', headers: { Authorization: `Bearer ${tokens.author}` }, body: text })
    assert.ok(answer.ok, `upload: ${answer.status}`)
    return (await answer.json()).digest
  }
  const content = (title, digest) => ({
    units: [{ id: 'name', role: 'NAME', texts: Object.entries(title).map(([locale, text]) => ({ locale, text })) }],
    files: [{ colour: 'FULL', layout: 'MARK', name: 'thử.svg', digest }],
    licence: 'Mẫu để thử.',
  })
  const act = (as, field, type, input) => graphql({ as, query: `mutation($input: ${type}!) { ${field}(input: $input) { position } }`, variables: { input } })
  const draft = async (version, title, digest) => {
    await act('author', 'draftVersion', 'DraftVersionInput', { key, content: content(title, digest) })
    await act('author', 'submitVersion', 'SubmitVersionInput', { key, version })
  }
  await act('author', 'registerItem', 'RegisterItemInput', { key, kind: 'LOGO' })
  const [old, fresh] = [await upload(svg(60, '#d7263d')), await upload(svg(72, '#b3261e'))]
  await draft(1, { vi: 'Biểu trưng thử', en: 'A mark to try', ja: '試作のマーク', zh: '试用标志' }, old)
  for (const as of signers) await act(as, 'signVersion', 'SignVersionInput', { key, version: 1 })
  await draft(2, { vi: 'Biểu trưng thử nghiệm', en: 'A mark for trials', ja: '試用のマーク', zh: '试验标志' }, fresh)
  return act
}

// black fails unless the difference of a picture to itself is none at all.
async function black(over) {
  const stage = over.locator('.review-stage')
  await stage.evaluate(async (s) => {
    const [old, fresh] = s.querySelectorAll('img')
    s.dataset.was = fresh.src
    fresh.src = old.src
    await fresh.decode()
  })
  const { data, width, height } = PNG.sync.read(await stage.screenshot())
  let bright = 0
  for (let y = 10; y < height - 10; y++) for (let x = 10; x < width - 10; x++) if (data[4 * (y * width + x)] > 8) bright++
  assert.equal(bright, 0, 'pixels differ from themselves')
  await stage.evaluate((s) => { s.querySelector('.review-new').src = s.dataset.was })
}

async function inVietnamese(hands) {
  const { open, go, axe, noScroll, keyboard, shot } = hands
  const page = await open('/vi/review', { as: 'reviewer-so-vhttdl' })
  await axe(page)
  await noScroll(page)
  await shot(page, 'review-queue-vi')
  await page.click(`a[href="/vi/review/${key}/2"]`)
  await page.waitForSelector('#decide')
  for (const dark of [false, true]) {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
    await axe(page)
    await shot(page, `review-version-vi-${dark ? 'dark' : 'light'}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await noScroll(page)
  await keyboard(page)
  // Chinese and Japanese differ by characters.
  assert.deepEqual(await page.locator('#in-zh del').allInnerTexts(), ['用'])
  assert.deepEqual(await page.locator('#in-ja ins').allInnerTexts(), ['用'])

  // Pictures: by the keyboard alone.
  const over = page.locator('.review-over')
  assert.equal(await over.isVisible(), false)
  await page.focus('[name=way-0][value=side]')
  await page.keyboard.press('ArrowRight')
  const range = over.locator('input[type=range]')
  await range.focus()
  await page.keyboard.press('Home')
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
  assert.equal(await over.locator('.review-new').evaluate((e) => getComputedStyle(e).clipPath), 'inset(0px 0px 0px 3%)')
  await shot(page, 'review-swipe-vi')
  await page.check('[name=way-0][value=onion]')
  assert.equal(await over.locator('.review-new').evaluate((e) => getComputedStyle(e).opacity), '0.03')
  await page.check('[name=way-0][value=difference]')
  assert.equal(await over.locator('.review-new').evaluate((e) => getComputedStyle(e).mixBlendMode), 'difference')
  await axe(page)
  await black(over)
  await page.check('[name=ground-0][value=night]')
  assert.equal(await over.locator('.review-stage').evaluate((e) => getComputedStyle(e).backgroundColor), 'rgb(12, 42, 49)')

  // Words are selected, and talked about.
  await page.evaluate(() => {
    const text = document.querySelector('[data-spot="name/vi"]')
    const node = text.firstChild // what both say: "Biểu trưng thử"
    const range = document.createRange()
    range.setStart(node, 5)
    range.setEnd(node, 10)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
  })
  await page.click('#review-say-here')
  assert.equal(await page.inputValue('#f-on'), 'name/vi')
  assert.equal(await page.innerText('.review-quote q'), 'trưng')
  await page.fill('#f-text', 'Từ này có cần không?')
  await page.click('#say button[type=submit]')
  await page.waitForSelector('.notice.good')
  assert.equal(await page.innerText('#in-vi mark'), 'trưng')
  assert.equal(await page.innerText('#in-vi .review-thread blockquote'), 'trưng')
  await axe(page)

  // The signature.
  await page.check('[name=confirm]')
  await page.click('.review-sign button[type=submit]')
  await page.waitForSelector('.notice.good')
  assert.equal(await page.locator('.review-signer.review-signed').count(), 1)
  assert.equal(await page.locator('.review-sign').count(), 0)
  await shot(page, 'review-signed-vi')
  await go(page, '/vi/review/delegations')
  await axe(page)
  await noScroll(page)
  await shot(page, 'review-delegations-vi')
}

async function inEnglish(hands, act) {
  const { open, go, axe, noScroll, shot } = hands
  const plain = await open(`/en/review/${key}/2`, { as: 'reviewer-bao-ptth', js: false, width: 390, height: 844 })
  assert.equal(await plain.locator('.review-pair').isVisible(), true)
  for (const img of await plain.locator('.review-pair img').all()) {
    const [inner, outer] = [await img.boundingBox(), await img.locator('..').boundingBox()]
    assert.ok(inner.height <= outer.height && inner.width <= outer.width, 'a picture is cut off')
  }
  assert.equal(await plain.locator('.review-ways').isVisible(), false)
  await plain.click('.review-say >> nth=0')
  assert.equal(await plain.inputValue('#f-on'), 'name/vi')
  await plain.fill('#f-text', 'Better: “mẫu”.')
  await plain.click('#say button[type=submit]')
  await plain.waitForSelector('.notice.good')
  await shot(plain, 'review-version-en-phone')
  await plain.fill('#reason-return', 'The circle is too large.')
  await plain.click('form[action$="/return"] button')
  assert.equal(await plain.innerText('#next blockquote'), 'The circle is too large.')
  assert.equal(await plain.locator('#decide form').count(), 0)

  // It is submitted as it was; the leads are the last to sign.
  await act('author', 'submitVersion', 'SubmitVersionInput', { key, version: 2 })
  for (const as of signers.slice(0, 3)) await act(as, 'signVersion', 'SignVersionInput', { key, version: 2 })
  const page = await open(`/en/review/${key}/2`, { as: 'reviewer-ban-tuyen-giao-dan-van', dark: true })
  await page.check('[name=confirm]')
  await page.click('.review-sign button[type=submit]')
  await page.waitForSelector('.notice.good')
  assert.equal(await page.locator('.review-head .state.approved').count(), 1)
  await axe(page)
  await page.click(`a[href="/en/review/${key}/2/withdraw"]`)
  await page.waitForSelector('#f-reason')
  await axe(page)
  await noScroll(page)
  await shot(page, 'review-withdraw-en-dark')
  await page.fill('#f-reason', 'It was only a trial.')
  await page.selectOption('#f-instead', '1')
  await page.click('form[action$="/withdraw"] button')
  await page.waitForSelector('.review-head .state.withdrawn')
  await shot(page, 'review-withdrawn-en-dark')
  await go(page, '/en/review?show=overdue')
  await axe(page)
}

export default async (hands) => {
  if ((await fetch(`${hands.base}/vi/review`, { redirect: 'manual' })).status === 404) hands.skip('the desk at /vi/review, which this server does not have')
  const act = await prepare(hands)
  await inVietnamese(hands)
  await inEnglish(hands, act)
}
