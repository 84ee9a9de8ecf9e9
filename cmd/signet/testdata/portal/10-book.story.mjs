// The brand book, as anybody reads it, and as a designer uses it.
import assert from 'node:assert/strict'

export const name = 'the brand book is read, searched, copied, filled in and downloaded'

const chapters = ['', 'book/slogans', 'book/logos', 'book/messages', 'book/templates', 'book/editions', 'items/slogan-open-sea', 'items/positioning', 'items/slogan-gateway']

export default async (hands) => {
  const { open, go, axe, noScroll, shot, baseline, budget, keyboard } = hands
  for (const lang of ['vi', 'en']) {
    const page = await open(`/${lang}/`)
    for (const chapter of chapters) {
      await go(page, `/${lang}/${chapter}`)
      await axe(page)
      await noScroll(page)
      await page.emulateMedia({ colorScheme: 'dark' })
      await axe(page, { only: ['color-contrast'] })
      await page.emulateMedia({ colorScheme: 'light' })
      await shot(page, `book-${lang}-${chapter.replaceAll('/', '-') || 'overview'}`)
    }
    await reads(page, lang, hands)
    await page.context().close()
  }
  const page = await open('/vi/')
  await baseline(page, 'book-overview')
  await go(page, '/vi/book/slogans')
  await baseline(page, 'book-slogans')
  await go(page, '/vi/book/logos')
  await baseline(page, 'book-logos')
  await keyboard(page)
  await withoutScripts(hands)
  await uses(hands)
  await budget('/vi/', { kB: 150, ms: 1000 })
}

// reads is what anybody does.
async function reads(page, lang, { go, axe }) {
  // To copy says that it was done.
  await go(page, `/${lang}/book/slogans`)
  await page.locator('.bk-copy').first().click()
  await page.locator('.bk-copy', { hasText: '✓' }).waitFor()

  // Suggestions while one types, chosen by keys.
  const find = page.locator('#find')
  await find.fill('bien lon')
  await page.locator('#find-list [role=option]').first().waitFor()
  assert.equal(await find.getAttribute('aria-expanded'), 'true')
  await axe(page)
  await find.press('ArrowUp') // from the field to the last one, and around
  await find.press('ArrowDown')
  assert.equal(await find.getAttribute('aria-activedescendant'), await page.locator('#find-list [aria-selected=true]').getAttribute('id'))
  await find.press('Escape')
  assert.equal(await find.getAttribute('aria-expanded'), 'false')
  await find.fill('大海')
  await page.locator('#find-list mark').first().waitFor()
  await find.press('ArrowDown')
  await Promise.all([page.waitForURL(/\/items\//), find.press('Enter')])

  // What to download is chosen in a dialog, which tells its size.
  await go(page, `/${lang}/book/logos`)
  const link = page.locator('a[data-dialog]').nth(3)
  await link.click()
  const dialog = page.locator('dialog')
  await dialog.locator('[data-size]').waitFor()
  await dialog.locator('input[value=WEBP]').check()
  await page.waitForFunction(() => /kB/.test(document.querySelector('dialog [data-size]:not([data-known])')?.textContent))
  assert.match(await dialog.locator('a.bk-big').getAttribute('href'), /format=webp&width=1200$/)
  assert.equal(await page.evaluate(() => document.activeElement.value), 'WEBP') // the focus stays
  await axe(page)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.ok(await link.evaluate((el) => el === document.activeElement))

  // A template fills itself in as soon as it can.
  await go(page, `/${lang}/items/template-event-backdrop/fill?in=ja`)
  for (const field of await page.locator('[data-fill] textarea').all()) await field.fill('港湾局')
  await page.locator('[data-fill] input[type=date]').fill('2027-06-15')
  await page.locator('#filled', { hasText: '2027年6月15日' }).waitFor()
  await axe(page)

  // The kit as it was, and back.
  await go(page, `/${lang}/book/slogans?at=2026-11-10`)
  assert.match(await page.innerText('main'), /Hải Phòng – vươn ra biển lớn/)
  await axe(page)
  await page.locator('.bk-then a').click()
  await page.waitForURL(new RegExp(`/${lang}/book/slogans$`))
}

// withoutScripts is what works without them: the form of a download.
async function withoutScripts({ open }) {
  const page = await open('/vi/items/logo-sample/download', { js: false })
  assert.equal(await page.locator('.bk-copy:visible').count(), 0)
  await page.locator('input[value=PNG]').check()
  await page.locator('#bk-width').fill('300')
  await page.locator('[data-choose] button').click()
  assert.match(await page.locator('a.bk-big').getAttribute('href'), /format=png&width=300$/)
}

// uses is what a designer does. Looking at pictures is no download; downloading is.
async function uses({ open, go, graphql, base }) {
  const count = async () => {
    const { usage } = await graphql({ as: 'auditor', query: '{ usage(filter: {key: "logo-sample"}, first: 100) { edges { node { downloads } } } }' })
    return usage.edges.reduce((n, e) => n + e.node.downloads, 0)
  }
  const before = await count()
  const page = await open('/vi/book/logos', { as: 'designer' })
  await go(page, '/vi/items/logo-sample/download?variant=full-mark&format=PNG')
  assert.equal(await count(), before)
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a.bk-big').click()])
  await download.path()
  assert.equal(await count(), before + 1)

  await page.locator('[data-hand-on] button').click()
  const address = await page.locator('.bk-linked code').innerText()
  assert.equal((await fetch(new URL(address, base))).status, 200)
}
