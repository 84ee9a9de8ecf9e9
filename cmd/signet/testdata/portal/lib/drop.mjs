import { resolve } from 'node:path'

// drop drags a file of this machine onto an element, as a hand does: the page has to
// say that it takes it.
export async function drop(story, page, selector, file) {
  const target = page.locator(selector)
  await target.scrollIntoViewIfNeeded()
  const box = await target.boundingBox()
  if (!box) throw new Error(`${page.url()}: ${selector} can't be seen`)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [resolve(file)], dragOperationsMask: 1 } // it may be copied
  for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, ...at, data })
  await session.detach()
}
