// The author's desk with files: dragged with the script, chosen without it, and one that
// can't be taken.
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const name = 'an author brings the files of a logo'

const key = 'logo-desk-files'
const svg = (extra = '') => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200"><circle cx="150" cy="90" r="60" fill="#b3261e"/>${extra}</svg>`

export default async ({ open, go, axe, noScroll, shot, drop, keyboard, graphql, allow }) => {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'))
  const file = (called, text) => {
    writeFileSync(join(folder, called), text)
    return join(folder, called)
  }
  await graphql({ as: 'author', query: `mutation { registerItem(input: {key: "${key}", kind: LOGO}) { position } }` })
  const page = await open(`/vi/desk/${key}/begin?name=Biểu trưng thử`, { as: 'author' })

  // One that is dragged has its variant guessed; one that runs code is told off.
  await drop(page, '.desk-dropzone', file('biểu-tượng-âm-bản.svg', svg('<text x="1" y="20">H</text>')))
  await page.waitForSelector('.desk-filerow')
  assert.equal(await page.getByLabel('Bố cục').inputValue(), 'MARK')
  assert.equal(await page.getByLabel('Màu', { exact: true }).first().inputValue(), 'REVERSED')
  assert.ok(await page.locator('.desk-picture img').getAttribute('src').then((s) => s.startsWith('blob:')))
  assert.equal(await page.locator('.desk-filerow .notice.warn').count(), 1)
  allow(/POST .*\/files: status 422/)
  await page.setInputFiles('#upload', [file('xấu.svg', svg('<script>x()</script>')), file('ngang.svg', svg())])
  await page.waitForSelector('.desk-filerow >> nth=1')
  assert.match(await page.innerText('.desk-uploads'), /xấu\.svg\s+Tệp SVG có phần/)

  await page.getByRole('button', { name: '+ Màu' }).click()
  await page.getByLabel('Mã màu #RRGGBB').first().fill('#b3261e')
  assert.equal(await page.locator('.desk-colour input[type=color]').inputValue(), '#b3261e')
  await page.getByLabel('Tên (Tiếng Việt)').fill('Đỏ phượng')
  await axe(page)
  await noScroll(page)
  await shot(page, 'desk-logo-vi')
  await page.getByRole('button', { name: 'Lưu thành bản thảo' }).click()
  await page.waitForURL('**/1?done=desk-begun')
  await page.waitForFunction(() => [...document.querySelectorAll('.desk-picture img')].every((i) => i.complete && i.naturalWidth > 0))
  await page.emulateMedia({ colorScheme: 'dark' })
  await axe(page)
  await keyboard(page)
  await shot(page, 'desk-logo-saved-vi')

  // Without the script: a plain form, in English.
  const plain = await open(`/en/desk/${key}/1`, { as: 'author', js: false })
  await plain.setInputFiles('#upload', [file('stacked one-mono.svg', svg('<path d="M0 0h9v9z"/>')), file('bad.svg', 'no picture')])
  await plain.getByRole('button', { name: 'Upload' }).click()
  assert.match(await plain.innerText('[role=alert]'), /bad\.svg\s+This type of file is not taken/)
  assert.equal(await plain.getByLabel('Layout').last().inputValue(), 'STACKED')
  await plain.getByRole('button', { name: 'Remove ngang.svg' }).click()
  await plain.getByRole('button', { name: 'Save draft' }).click()
  assert.match(plain.url(), /done=desk-saved/)
  assert.deepEqual(await plain.getByLabel('File name').evaluateAll((all) => all.map((i) => i.value)), ['biểu-tượng-âm-bản.svg', 'stacked one-mono.svg'])
  await go(plain, `/en/desk/${key}/1/submit`)
  await plain.getByRole('button', { name: 'Submit' }).click()
  await plain.getByLabel('Reason').fill('One file more is needed.')
  await plain.getByRole('button', { name: 'Take back' }).click()
  assert.match(plain.url(), /done=desk-taken/)
}
