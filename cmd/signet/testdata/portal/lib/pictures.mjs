import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

const most = 0.005 // the share of pixels that may differ
const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

// take makes a picture of what is in the window.
const take = (page, options) => page.screenshot({ animations: 'disabled', caret: 'hide', ...options })

function keep(folder, name, bytes) {
  const file = join(folder, `${name}.png`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
  return file
}

// shot leaves a picture of a page, the whole of it, among the artefacts.
export async function shot(story, page, name) {
  story.note(`picture: ${keep(story.world.artefacts, name, await take(page, { fullPage: true }))}`)
}

// What changes with the day is of one length every day. What it holds besides text is
// covered by take.
function hush() {
  window.signetHushed = [...document.querySelectorAll('[data-volatile]')].map((el) => [el, [...el.childNodes]])
  for (const [el] of window.signetHushed) if (el.childElementCount === 0) el.textContent = '–'
}

function unhush() {
  for (const [el, nodes] of window.signetHushed) el.replaceChildren(...nodes)
}

// widths tell fonts apart: where they are others, pictures are others too.
function widths() {
  const pen = document.createElement('canvas').getContext('2d')
  return ['sans-serif', 'serif', 'monospace', 'system-ui', 'Arial'].map((family) => {
    pen.font = `32px ${family}`
    return pen.measureText('Hải Phòng ỷ ữ ẵ Registry 0123 ハイフォン 海防').width.toFixed(1)
  }).join(' ')
}

async function pictureOf(page, size) {
  const before = page.viewportSize()
  await page.setViewportSize(sizes[size])
  await page.evaluate(hush)
  await page.evaluate(() => document.fonts.ready.then(() => {}))
  const bytes = await take(page, { mask: [page.locator('[data-volatile]:has(*)')], maskColor: '#808080' })
  await page.evaluate(unhush)
  await page.setViewportSize(before)
  return bytes
}

// compared is the share of pixels that differ, and a picture of where.
function compared(want, got) {
  const [a, b] = [PNG.sync.read(want), PNG.sync.read(got)]
  if (a.width !== b.width || a.height !== b.height) return { share: 1, difference: got }
  const out = new PNG({ width: a.width, height: a.height })
  const n = pixelmatch(a.data, b.data, out.data, a.width, a.height)
  return { share: n / (a.width * a.height), difference: PNG.sync.write(out) }
}

// baseline fails if a page looks otherwise than in baselines/NAME-wide.png or
// NAME-phone.png. A machine with other fonts than those that the pictures were made
// with (baselines/fonts.txt) can't tell, and says so, unless it must not skip anything.
export async function baseline(story, page, name, { at = ['wide', 'phone'] } = {}) {
  const { baselines, artefacts } = story.world
  const fonts = await page.evaluate(widths)
  const made = join(baselines, 'fonts.txt')
  const update = process.env.SIGNET_UPDATE_BASELINES === '1'
  if (update) {
    mkdirSync(baselines, { recursive: true })
    writeFileSync(made, fonts + '\n')
  }
  const others = existsSync(made) && readFileSync(made, 'utf8').trim() !== fonts
  if (others && process.env.SIGNET_CI_STRICT !== '1') {
    story.note(`SKIPPED ALOUD: ${name} is not compared: this machine has other fonts`)
    return
  }
  for (const size of at) {
    const full = `${name}-${size}`
    const file = join(baselines, `${full}.png`)
    const got = await pictureOf(page, size)
    if (update) {
      keep(baselines, full, got)
      story.note(`baseline written: ${file}`)
      continue
    }
    if (!existsSync(file)) {
      story.fail(`${full}: there is no ${file}; SIGNET_UPDATE_BASELINES=1 makes it, from ${keep(artefacts, full + '.got', got)}`)
      continue
    }
    const want = readFileSync(file)
    const { share, difference } = compared(want, got)
    if (share <= most) continue
    for (const [what, bytes] of Object.entries({ want, got, difference })) keep(artefacts, `${full}.${what}`, bytes)
    story.fail(`${full}: ${(100 * share).toFixed(2)} % of the pixels differ${others ? ', with other fonts' : ''}; see ${join(artefacts, full)}.{want,got,difference}.png`, page.url())
  }
}
