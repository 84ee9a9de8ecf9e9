// The author's desk with its script: a template from its registration to its submission,
// with a translator, a colleague who writes at the same time, and a page that is left.
import assert from 'node:assert/strict'

export const name = 'an author writes a template, and nothing that is typed is lost'

const key = 'template-thu-moi-hoi-cang'
const text = (page, row) => page.locator(`#content-units-${row}-text-vi`)

async function looks({ axe, noScroll, shot }, page, called) {
  await axe(page)
  await noScroll(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await axe(page, { only: ['color-contrast'] })
  await page.emulateMedia({ colorScheme: 'light' })
  await shot(page, `desk-${called}`)
}

async function write(hands, page) {
  await page.getByRole('link', { name: 'Đối tượng mới' }).click()
  await page.getByLabel('Mẫu văn bản').check()
  await page.getByLabel('Tên tiếng Việt').fill('Thư mời Hội Cảng')
  assert.equal(await page.inputValue('#f-key'), key)
  await looks(hands, page, 'new-vi')
  await page.getByRole('button', { name: /Tạo/ }).click()
  assert.equal(await text(page, 0).inputValue(), 'Thư mời Hội Cảng')

  // What is refused is told at its field, and stays there.
  await page.getByRole('button', { name: '+ Tiêu đề' }).click()
  await page.waitForSelector('#content-units-2-text-vi:focus')
  await page.keyboard.type('Mời {{khach}}')
  await text(page, 1).fill('Kính mời {{khach}} dự lễ ngày {{ngay}}. Trân trọng }}')
  await page.waitForSelector('#content-placeholders-1')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content-units-1-text-vi')
  hands.allow(/begin: status 422/)
  await page.getByRole('button', { name: 'Lưu thành bản thảo' }).click()
  await page.waitForSelector('#content-units-1-text-vi[aria-invalid=true]:focus')
  assert.match(await text(page, 1).inputValue(), /Trân trọng }}/)
  await looks(hands, page, 'refused-vi')
  await text(page, 1).fill('Kính mời {{khach}} dự lễ ngày {{ngay}}. Trân trọng.')
  const kinds = page.getByLabel('Kiểu giá trị')
  await kinds.last().selectOption('DATE')
  await page.getByLabel('Cách viết').selectOption('long')
  await page.getByRole('button', { name: 'Lưu thành bản thảo' }).click()
  await page.waitForURL(`**/vi/desk/${key}/1?done=desk-begun`)
}

async function loseNothing({ graphql }, page) {
  // The page is left with something unsaved, and offers it again.
  await text(page, 1).fill('Kính mời {{khach}} dự lễ ngày {{ngay}} tại bến Bính.')
  await page.waitForFunction(() => !document.querySelector('.desk-unsaved').hidden)
  await page.waitForFunction(() => Object.values(sessionStorage).some((v) => v.includes('bến Bính')))
  const warned = page.waitForEvent('dialog').then((d) => d.accept())
  await Promise.all([warned, page.reload()])
  assert.doesNotMatch(await text(page, 1).inputValue(), /bến Bính/)
  await page.getByRole('button', { name: 'Lấy lại' }).click()
  await page.waitForFunction(() => document.getElementById('content-units-1-text-vi').value.includes('bến Bính'))

  // Meanwhile a colleague writes on another text and on this one.
  const { item } = await graphql({ as: 'author', query: `{ item(key: "${key}") { version(number: 1) { content { units { id role texts { locale text } } placeholders { name type style } } } } }` })
  const { units, placeholders } = item.version.content
  units[0].texts[0].text = 'Thư mời Hội Cảng 2026'
  units.find((u) => u.role === 'BODY').texts[0].text = 'Kính mời {{khach}} dự lễ ngày {{ngay}} tại Nhà hát.'
  await graphql({ as: 'author', query: 'mutation($input: ReviseDraftInput!) { reviseDraft(input: $input) { position } }', variables: { input: { key, version: 1, content: { units, placeholders } } } })
  await page.getByRole('button', { name: 'Lưu bản thảo' }).click()
  await page.waitForSelector('#meanwhile')
  assert.equal(await text(page, 0).inputValue(), 'Thư mời Hội Cảng 2026')
  assert.match(await text(page, 1).inputValue(), /bến Bính/)
  assert.match(await page.innerText('#content-units-1 blockquote'), /Nhà hát/)
  await page.getByRole('button', { name: 'Lưu bản thảo' }).click()
  await page.waitForURL('**/1?done=desk-saved')
  assert.match(await text(page, 1).inputValue(), /bến Bính/)
  await page.reload()
  assert.equal(await page.getByRole('button', { name: 'Lấy lại' }).count(), 0)
}

async function translate(hands) {
  const page = await hands.open('/en/desk', { as: 'translator-ja' })
  await page.getByRole('link', { name: /^Translate Thư mời/ }).click()
  await page.locator('.desk-next-todo').click()
  assert.equal(await page.evaluate(() => document.activeElement.id), 't-name')
  await page.keyboard.type('港祭りへの招待状')
  await page.keyboard.press('Alt+ArrowDown')
  assert.equal(await page.evaluate(() => document.activeElement.id), 't-body')
  await page.keyboard.type('{{khach}}様をお招きします。')
  assert.match(await page.innerText('#u-body .desk-gaps'), /\{\{ngay\}\}/)
  await page.keyboard.type('{{ngay}}')
  await page.focus('#t-body')
  await page.keyboard.press('Control+Enter')
  await page.waitForURL('**/texts/ja?done=desk-saved#u-body')
  assert.match(await page.innerText('.desk-texthead'), /2 of 3/)
  assert.equal(await page.evaluate(() => document.activeElement.id), 't-body')
  return page
}

export default async (hands) => {
  const page = await hands.open('/vi/desk', { as: 'author' })
  await write(hands, page)
  await loseNothing(hands, page)
  const translating = await translate(hands)

  // A changed source makes the translation stale; its translator sees how, and confirms it.
  await hands.go(page, `/vi/desk/${key}/1`)
  await text(page, 1).fill('Kính mời {{khach}} dự lễ ngày {{ngay}} tại bến Bính, Hải Phòng.')
  await page.getByRole('button', { name: 'Lưu bản thảo' }).click()
  await page.waitForURL('**/1?done=desk-saved')
  await hands.go(page, `/vi/desk/${key}/1/submit`)
  hands.allow(/submit: status 422/)
  await page.getByRole('button', { name: 'Trình duyệt' }).click()
  await page.getByRole('link', { name: 'Đến văn bản chưa đúng' }).click()
  await page.waitForURL('**/texts/ja#u-body')
  await hands.go(translating, `/en/desk/${key}/1/texts/ja`)
  assert.match(await translating.innerText('#u-body ins'), /Hải Phòng/)
  await looks(hands, translating, 'stale-en')
  await translating.getByLabel('The translation is still right').check()
  await translating.getByRole('button', { name: 'Save translations' }).click()
  await translating.waitForURL('**?done=desk-saved**')
  await hands.go(page, `/vi/desk/${key}/1/submit`)
  await looks(hands, page, 'submit-vi')
  await page.getByRole('button', { name: 'Trình duyệt' }).click()
  await page.waitForURL('**?done=desk-submitted')
  await hands.keyboard(page)
}
