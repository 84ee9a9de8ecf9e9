// The history as an auditor and a designer read it, and anybody: the kit along time,
// drawn and as a table, the life of an item with its proofs, and what two versions say.
import assert from 'node:assert/strict'

export const name = 'the history is drawn, zoomed, travelled and read'

const slogan = 'slogan-open-sea'

// zooms tries each way to zoom and pan on a drawing.
async function zooms(page) {
  const view = page.locator('.timeline .view')
  const at = () => view.evaluate((v) => ({ left: Math.round(v.scrollLeft), wide: v.scrollWidth, view: v.clientWidth }))
  const whole = await at()
  assert.equal(whole.wide, whole.view)
  await view.focus()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  const near = await at()
  assert.ok(near.wide > 2 * whole.wide, `+ makes ${whole.wide} to ${near.wide}`)
  assert.match(await page.innerText('#live'), /\d/)
  await page.keyboard.press('End')
  assert.equal((await at()).left, near.wide - near.view)
  await page.keyboard.press('ArrowLeft')
  assert.equal((await at()).left, near.wide - near.view - 80)
  await page.keyboard.press('Home')
  assert.equal((await at()).left, 0)

  // What is under the pointer stays there; a drag moves it, and is no click.
  const box = await view.boundingBox()
  const [x, y] = [box.x + box.width / 2, box.y + 40]
  await page.mouse.move(x, y)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -200)
  await page.keyboard.up('Control')
  await page.waitForFunction((wide) => document.querySelector('.timeline .view').scrollWidth > wide, near.wide)
  const { left } = await at()
  await page.mouse.down()
  await page.mouse.move(x - 50, y, { steps: 3 })
  await page.mouse.up()
  assert.equal((await at()).left, left + 50)
  await page.locator('[data-zoom=all]').click()
  assert.equal((await at()).wide, whole.wide)
}

// shown are the words of an axis that can be seen, from left to right.
const shown = (page) => page.locator('.timeline .axis text.k').evaluateAll((all) => all.filter((t) => t.checkVisibility()).map((t) => {
  const b = t.getBoundingClientRect()
  return [b.left, b.right]
}))

export default async ({ open, go, axe, keyboard, noScroll, shot }) => {
  for (const [lang, table] of [['vi', 'Cùng nội dung, dạng bảng'], ['en', 'The same as a table']]) {
    const page = await open(`/${lang}/history`, { as: 'auditor' })
    await zooms(page)
    for (const width of [360, 700, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      const ticks = await shown(page)
      assert.ok(ticks.length > 0, `at ${width} px there is no tick`)
      for (let i = 1; i < ticks.length; i++) assert.ok(ticks[i][0] >= ticks[i - 1][1], `at ${width} px ticks cover each other`)
    }
    await page.getByText(table).click()
    assert.ok(await page.getByRole('cell', { name: /16/ }).count() > 10)
    await axe(page)
    await noScroll(page)

    // A click in the drawing chooses a day, which is then marked.
    const field = page.locator('#f-at')
    await page.locator('.timeline .axis').click({ position: { x: 300, y: 30 } })
    assert.match(await field.inputValue(), /^20\d\d-\d\d-\d\d$/)
    await field.fill('2026-10-01')
    await page.locator('.travel button.second').click()
    await page.waitForURL(/history\?at=2026-10-01/)
    assert.equal(await page.locator('.timeline line.day').count(), 1)
    await shot(page, `history-kit-${lang}`)
    if (lang === 'en') {
      await page.locator('.travel button').first().click()
      await page.waitForURL(/\/en\/\?at=2026-10-01/)
      continue // what follows differs by its words alone
    }

    await page.locator(`.timeline .lane a[href$="${slogan}/history"]`).click()
    const steps = page.locator('.step')
    assert.ok(await steps.count() > 10)
    await steps.last().locator('summary').click()
    assert.match(await steps.last().locator('dd').nth(1).innerText(), /^[0-9a-f]{64}$/)
    await axe(page)
    await noScroll(page)
    await shot(page, 'history-item')
  }

  const page = await open(`/vi/items/${slogan}/history`, { as: 'designer', width: 390, height: 844, dark: true })
  assert.equal(await page.locator('.step').count(), 0)
  await keyboard(page)
  await go(page, `/vi/items/${slogan}/versions/1`)
  await page.locator('.notice a', { hasText: '2' }).click()
  await page.waitForURL(/versions\/2$/)
  await go(page, `/vi/items/${slogan}/compare`)
  assert.ok(await page.locator('ins').count() > 3)
  await axe(page)
  await shot(page, 'history-compare')
  await go(page, '/vi/items/logo-sample/versions/1')
  for (const picture of await page.locator('figure img').all()) {
    await picture.scrollIntoViewIfNeeded()
    await picture.evaluate((i) => i.decode())
  }
  await go(page, '/vi/editions/1')
  await noScroll(page)
  await shot(page, 'history-edition')

  // Without scripts all is drawn to fit, and there is nothing to press.
  const plain = await open('/en/history', { js: false })
  assert.ok(await plain.locator('.timeline svg.bar').count() > 10)
  assert.equal(await plain.locator('.timeline .zoom').isVisible(), false)
  assert.ok((await shown(plain)).length > 0)
  await noScroll(plain)
}
