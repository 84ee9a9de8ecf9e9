// The whole story of a logo, by the pages alone: an author uploads an SVG, four agencies
// sign, another agency downloads it, the usage and the report tell of that, it is
// withdrawn, and who downloaded it hears of it.
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const name = 'a logo from its draft to the notice that it was withdrawn'

const called = 'Biểu trưng lễ hội Hoa Phượng Đỏ 2027'
const signers = ['reviewer-so-ngoai-vu', 'reviewer-so-vhttdl', 'reviewer-bao-ptth', 'reviewer-ban-tuyen-giao-dan-van']
const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200"><circle cx="150" cy="90" r="60" fill="#c8202f"/><path d="M30 160q30-30 60 0t60 0 60 0 60 0" fill="none" stroke="#0b3c6f" stroke-width="14"/></svg>`
const reason = 'Ngày tổ chức lễ hội đã thay đổi.'

async function draft({ open, drop, shot }) {
  const file = join(mkdtempSync(join(tmpdir(), 'story-')), 'hoa-phượng-đủ-màu.svg')
  writeFileSync(file, picture)
  const page = await open('/vi/desk', { as: 'author' })
  await page.click('a[href="/vi/desk/new"]')
  await page.check('[name=kind][value=LOGO]')
  await page.fill('[name=name]', called)
  const key = await page.inputValue('[name=key]')
  assert.match(key, /^[a-z0-9-]*hoa-phuong-do-2027$/)
  await page.click('.desk-register button[type=submit]')
  await drop(page, '.desk-dropzone', file)
  await page.waitForSelector('.desk-filerow')
  await shot(page, 'story-1-upload')
  await page.getByRole('button', { name: 'Lưu thành bản thảo' }).click()
  await page.waitForURL('**/1?done=*')
  await page.goto(page.url().replace(/\?.*/, '/submit'))
  await page.check('[name=when][value=now]')
  await page.click('form[action$="/submit"] button[type=submit]')
  await page.waitForURL('**done=*')
  return key
}

async function sign({ open, shot }, key) {
  for (const [i, as] of signers.entries()) {
    const page = await open('/vi/review', { as })
    await page.click(`a[href="/vi/review/${key}/1"]`)
    await page.check('.review-sign [name=confirm]')
    if (i === 1) await shot(page, 'story-2-sign')
    await page.click('.review-sign button[type=submit]')
    await page.waitForURL('**done=*')
    await page.context().close()
  }
}

async function download({ open, shot }, key) {
  const page = await open(`/vi/items/${key}/download`, { as: 'agency' })
  await shot(page, 'story-3-download')
  const [got] = await Promise.all([page.waitForEvent('download'), page.click('a.button[download]')])
  assert.equal(await got.failure(), null)
}

async function tell({ open, shot, base, tokens }, key) {
  const page = await open(`/vi/usage?key=${key}`, { as: 'auditor' })
  await page.locator('tr', { hasText: 'Sở Công Thương' }).filter({ hasText: called }).waitFor()
  await shot(page, 'story-4-usage')
  const year = new Date().getFullYear()
  const report = await fetch(`${base}/reports?period=${year}`, { headers: { Authorization: `Bearer ${tokens.auditor}`, Accept: 'application/json' } })
  const text = await report.text()
  assert.ok(report.ok && text.includes(key) && text.includes('so-cong-thuong'), `the report: ${report.status}`)
}

async function withdraw({ open, shot }, key) {
  const page = await open(`/vi/review/${key}/1/withdraw`, { as: 'reviewer-ban-tuyen-giao-dan-van' })
  await page.fill('[name=reason]', reason)
  await shot(page, 'story-5-withdraw')
  await page.click('form[action$="/withdraw"] button[type=submit]')
  await page.waitForURL('**done=*')
}

async function hear({ open, shot }, key) {
  const page = await open('/vi/me', { as: 'agency' })
  const notice = page.locator('.account-recall', { hasText: called })
  await notice.waitFor()
  assert.match(await notice.innerText(), new RegExp(reason))
  await shot(page, 'story-6-notice')
  const english = await open('/en/me', { as: 'agency' })
  assert.equal(await english.locator('.account-recall', { hasText: reason }).count(), 1)
  const other = await open('/vi/me', { as: 'designer' })
  assert.equal(await other.locator('.account-recall', { hasText: called }).count(), 0, 'who has not used it is told')
  const nobody = await open(`/vi/items/${key}`)
  assert.equal(await nobody.locator('a.button[download]').count(), 0)
}

export default async (hands) => {
  const key = await draft(hands)
  await sign(hands, key)
  await download(hands, key)
  await tell(hands, key)
  await withdraw(hands, key)
  await hear(hands, key)
}
