// The administration: an agency with a member and tokens, in Vietnamese; a policy, what an
// issue of an edition would do, a webhook and an erasure, in English.
import assert from 'node:assert/strict'

export const name = 'an administrator looks after agencies, tokens, policies, editions, webhooks and people'

async function looks({ axe, noScroll, shot }, page, called) {
  await axe(page)
  await noScroll(page)
  await shot(page, `admin-${called}`)
}

// dark looks once more by night, at pages with colours of their own.
async function dark({ axe }, page) {
  await page.emulateMedia({ colorScheme: 'dark' })
  await axe(page, { only: ['color-contrast'] })
  await page.emulateMedia({ colorScheme: 'light' })
}

async function agency(hands, page) {
  await page.getByRole('link', { name: 'Cơ quan và thành viên' }).click()
  await looks(hands, page, 'agencies-vi')
  await page.getByLabel('Khóa').fill('so-du-lich')
  await page.getByLabel('Tiếng Việt').fill('Sở Du lịch')
  await page.getByLabel('Tiếng Anh').fill('Department of Tourism')
  await page.getByRole('button', { name: 'Đăng ký cơ quan' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sở Du lịch' }).waitFor()

  await page.getByRole('checkbox', { name: /^Dịch/ }).check()
  await page.getByRole('checkbox', { name: 'Tiếng Hàn' }).check()
  await page.getByLabel('Họ tên').fill('Trần Thị Bình')
  await looks(hands, page, 'agency-vi')
  await page.getByRole('button', { name: 'Thêm thành viên' }).click()
  await page.getByRole('heading', { level: 1, name: 'Trần Thị Bình' }).waitFor()
}

async function tokens(hands, page, base) {
  await page.getByRole('link', { name: 'Cấp mã truy cập' }).click()
  await page.getByRole('checkbox', { name: 'Đọc những gì đã phê duyệt' }).check()
  assert(await page.getByRole('radio', { name: 'Chỉ những việc được chọn' }).isChecked())
  await looks(hands, page, 'token-vi')
  await page.getByRole('button', { name: 'Cấp mã truy cập' }).click()
  const secret = await page.locator('#secret').innerText()
  await page.getByRole('button', { name: 'Sao chép' }).click()
  await page.getByRole('button', { name: 'Đã chép' }).waitFor()
  await looks(hands, page, 'secret-vi')
  await dark(hands, page)

  // The secret is good, and is gone from the page of the member.
  const answer = await fetch(`${base}/graphql`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` }, body: JSON.stringify({ query: '{ viewer { agency scopes } }' }),
  })
  assert.deepEqual((await answer.json()).data.viewer, { agency: 'so-du-lich', scopes: ['read.approved'] })
  await page.getByRole('link', { name: /Tôi đã chép/ }).click()
  assert.doesNotMatch(await page.content(), new RegExp(secret))
  await page.getByText('Chỉ 1 quyền').click()
  await looks(hands, page, 'member-vi')

  await page.getByRole('link', { name: 'Thay mã' }).click()
  await looks(hands, page, 'rotate-vi')
  await page.getByRole('spinbutton').fill('0')
  await page.getByRole('button', { name: /Thay và hiện/ }).click()
  assert.notEqual(await page.locator('#secret').innerText(), secret)
  await page.getByRole('link', { name: /Tôi đã chép/ }).click()
  await page.getByRole('link', { name: 'Hủy mã' }).click()
  await looks(hands, page, 'revoke-vi')
  await page.getByRole('button', { name: 'Hủy mã' }).click()
  await page.getByText('Đã hủy mã truy cập').waitFor()
}

async function rest(hands, page) {
  const { go } = hands
  await go(page, '/en/admin')
  await looks(hands, page, 'home-en')
  await dark(hands, page)
  for (const [path, called] of [['policies', 'policies'], ['policies/slogan', 'policy'], ['editions', 'editions'], ['editions/2', 'edition'], ['editions/2/issue', 'issue'], ['system', 'system']]) {
    await go(page, `/en/admin/${path}`)
    await looks(hands, page, `${called}-en`)
    if (called === 'policy' || called === 'edition') await dark(hands, page)
  }
  // What is refused is told beside what was typed.
  await go(page, '/en/admin/policies/template')
  await page.getByLabel('Reason').fill('A quorum without agencies')
  await page.getByLabel('Quorum of the other').fill('9')
  hands.allow(/policies\/template: status 422/)
  await page.getByRole('button', { name: 'Set the policy' }).click()
  await page.getByRole('alert').getByText('invalid_quorum').waitFor()
  assert.equal(await page.getByLabel('Reason').inputValue(), 'A quorum without agencies')
  await page.getByRole('link', { name: 'Tiếng Việt' }).click() // the form has an address of its own
  await page.getByRole('heading', { level: 1, name: /Mẫu văn bản/ }).waitFor()
}

async function webhook(hands, open) {
  const page = await open('/en/admin', { as: 'agency' })
  assert.match(page.url(), /\/en\/admin\/webhooks$/)
  await page.getByLabel('Address').fill('https://hook.example/brand')
  await page.getByRole('button', { name: 'Register a webhook' }).click()
  assert.match(await page.locator('#secret').innerText(), /^whsec_/)
  await page.getByRole('link', { name: /I have copied it/ }).click()
  await looks(hands, page, 'webhook-en')
  await page.getByRole('link', { name: 'Remove the webhook' }).click()
  await page.getByRole('button', { name: 'Remove the webhook' }).click()
  await page.getByText('The webhook is removed.').waitFor()
  await looks(hands, page, 'webhooks-en')
  await hands.go(page, '/en/me')
  await looks(hands, page, 'me-en')
}

async function person(hands, page, member) {
  await hands.go(page, member)
  await page.getByRole('link', { name: 'Yêu cầu xóa dữ liệu cá nhân' }).click()
  await page.getByLabel('Người đó yêu cầu').check()
  await page.getByRole('button', { name: 'Yêu cầu xóa dữ liệu cá nhân' }).click()
  await looks(hands, page, 'people-vi')
  await page.getByRole('link', { name: 'Xem và quyết định' }).first().click()
  await page.getByText('người khác phải xác nhận').waitFor()
  await looks(hands, page, 'erase-vi')
  await page.getByRole('button', { name: 'Bỏ yêu cầu' }).click()
  await page.getByText('Đã bỏ yêu cầu').waitFor()
  await hands.go(page, member)
  await page.getByRole('link', { name: 'Cho thành viên ra' }).click()
  await looks(hands, page, 'remove-vi')
  await page.getByRole('button', { name: 'Cho thành viên ra' }).click()
  await page.getByText('Đã cho thành viên ra').waitFor()
}

export default async (hands) => {
  const { open, keyboard, base } = hands
  const page = await open('/vi/admin', { as: 'admin' })
  await looks(hands, page, 'home-vi')
  await keyboard(page)
  await agency(hands, page)
  const member = new URL(page.url()).pathname
  await tokens(hands, page, base)
  await person(hands, page, member)
  await rest(hands, page)
  await webhook(hands, open)
}
