// Audits and use, from a plan to its last finding: an auditor plans and settles in
// Vietnamese, an agency answers and declares in English without the script.
import assert from 'node:assert/strict'

export const name = 'an audit is planned, answered, settled and concluded, and uses are declared'

async function overview({ open, go, axe, keyboard, noScroll, shot }) {
  const page = await open('/vi/audits', { as: 'auditor', width: 1440, height: 900 })
  // Charts say in words what they show, and the numbers stand below.
  const chart = page.locator('svg.audits-columns')
  assert.match(await chart.locator('> title').textContent(), /\d %/)
  const told = await chart.locator('.share').allTextContents()
  await page.click('.audits-time summary')
  const numbers = await page.locator('.audits-time tbody td:nth-child(2)').allInnerTexts()
  for (const share of told) assert.ok(numbers.includes(share), `${share} is not in ${numbers}`)
  await axe(page)
  await shot(page, 'audits-vi')
  // What is overdue comes first.
  assert.match(await page.locator('.audits-found >> nth=0').getAttribute('class'), /late/)
  await page.selectOption('#f-channel', 'linkedin')
  await page.click('.audits-filter button')
  assert.equal(await page.locator('.audits-found').count(), 1)
  await page.click('.audits-found a')
  await page.waitForSelector('#instead')
  await shot(page, 'audits-finding-vi')
  await go(page, '/vi/findings')
  await keyboard(page)
  assert.match(await page.locator('.audits-found >> nth=0').getAttribute('class'), /late/)
  for (const path of ['/vi/usage', '/vi/usage?view=outdated', '/vi/usage?view=downloads', '/vi/usage?view=unused', '/vi/usage/compliance', '/vi/reports?period=2026-H2']) {
    await go(page, path)
    if (!path.includes('view')) await axe(page)
    await noScroll(page)
  }
  const print = await page.getAttribute('main a.button', 'href')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shot(page, 'audits-reports-vi-dark')
  await go(page, print)
  assert.equal(await page.getAttribute('html', 'lang'), 'vi')
}

// plan makes an audit with a finding, and returns the finding and the auditor's page.
async function plan({ open, go, axe, noScroll, shot, graphql }) {
  const page = await open('/vi/audits/new', { as: 'auditor', width: 1440, height: 900 })
  await page.fill('#f-title-vi', 'Kiểm tra phông sân khấu')
  await page.fill('#f-due', '2035-06-30')
  await page.selectOption('#f-repeat', '12')
  await page.click('[data-more-sites]')
  await page.fill('#s-4', 'Lễ hội mùa hè')
  await page.selectOption('#a-4', 'so-cong-thuong')
  await page.selectOption('#c-4', 'events')
  await axe(page)
  await noScroll(page)
  await shot(page, 'audits-plan-vi')
  await page.press('#f-title-vi', 'Enter')
  await page.waitForSelector('.notice.good')
  const audit = new URL(page.url()).pathname.split('/').pop()
  await graphql({
    as: 'auditor',
    query: `mutation($input: ReportAuditInput!) { reportAudit(input: $input) { position } }`,
    variables: {
      input: {
        audit, report: crypto.randomUUID(), site: { address: 'Lễ hội mùa hè' }, complete: true, counts: [{ outcome: 'CURRENT', key: 'positioning', version: 1, places: 2 }],
        findings: [{ place: 'Băng rôn', outcome: 'SUPERSEDED', certainty: 'CERTAIN', by: 'PERSON', key: 'slogan-open-sea', version: 1, evidence: { text: 'Hai Phong – Reaching for the Open Sea' } }],
      },
    },
  })
  await go(page, `/vi/audits/${audit}`)
  await axe(page)
  await noScroll(page)
  await page.click('.audits-found a')
  await page.waitForSelector('#instead')
  assert.equal(await page.innerText('.audits-words.now'), 'Hai Phong – Together to the Open Sea')
  assert.match(await page.innerText('.audits-differs del'), /Reaching/)
  return { page, audit, finding: new URL(page.url()).pathname.split('/').pop() }
}

async function answer({ open, go, axe, noScroll, shot }, finding) {
  const page = await open(`/en/findings/${finding}`, { as: 'agency', js: false, dark: true, width: 390, height: 844 })
  assert.equal(await page.locator('form[action*="/findings/"]').count(), 1) // it can't settle
  await page.fill('#f-answer', 'A new banner is being printed.')
  await page.fill('#f-by', '2035-05-01')
  await page.click('form[action*="/findings/"] button')
  await page.waitForSelector('.notice.good')
  assert.equal(await page.innerText('.audits-steps .answered blockquote'), 'A new banner is being printed.')
  await noScroll(page)
  await shot(page, 'audits-finding-en-phone')

  await go(page, '/en/usage/declare?key=slogan-open-sea')
  assert.equal(await page.inputValue('#f-version'), 'slogan-open-sea 2')
  await page.selectOption('#f-channel', 'events')
  await page.fill('#f-place', 'Banner of the summer festival')
  await noScroll(page)
  await page.click('main form button')
  await page.waitForSelector('.notice.good')
  const row = page.locator('tbody tr', { hasText: 'Banner of the summer festival' })
  await row.locator('summary').click()
  await row.locator('button').click()
  await page.waitForSelector('.notice.good')
  assert.equal(await page.locator('tbody tr', { hasText: 'Banner of the summer festival' }).count(), 0)
  assert.equal(await page.locator('select[name=agency]').count(), 0) // it sees its own
  await noScroll(page)
  await shot(page, 'audits-usage-en-phone')
  const scripted = await open(`/en/findings/${finding}`, { as: 'agency', dark: true })
  for (const path of [`/en/findings/${finding}`, '/en/usage/declare', '/en/usage?view=declared&ended=1', '/en/audits']) {
    await go(scripted, path)
    await axe(scripted)
  }
}

export default async (hands) => {
  await overview(hands)
  const { page, audit, finding } = await plan(hands)
  await answer(hands, finding)
  await hands.go(page, `/vi/findings/${finding}`)
  await page.check('[name=resolution][value=EXCEPTED]')
  hands.allow(/status 422/)
  await page.click('form:has(#f-resolve) button') // without a reason
  await page.waitForSelector('#problem')
  assert.ok(await page.isChecked('[name=resolution][value=EXCEPTED]'))
  await hands.axe(page)
  await page.fill('#f-resolve', 'Băng rôn chỉ treo một ngày.')
  await page.click('form:has(#f-resolve) button')
  await page.waitForSelector('.notice.good')
  await hands.go(page, `/vi/audits/${audit}`)
  assert.equal(await page.locator('.audits-found').count(), 0)
  await page.fill('#f-conclude', 'Không còn băng rôn cũ.')
  await page.click('form:has(#f-conclude) button')
  await page.waitForSelector('.notice.good')
  assert.equal(await page.locator('#rounds + ol li').count(), 2)
  await hands.axe(page)
}
