// Plays the stories of this folder, *.story.mjs in the order of their names, in one
// Chromium, for cmd/signet/portal_browser_test.go. The environment says how:
//
//   SIGNET_PORTAL_URL        the server, such as http://127.0.0.1:8080
//   SIGNET_PORTAL_TOKENS     the file demo-tokens.env of its demo
//   SIGNET_PORTAL_ONLY       a part of a file's name: only such stories are played
//   SIGNET_CHROMIUM          the browser; without it, chromium in PATH
//   SIGNET_ARTEFACTS         a folder for pictures; without it, a new one
//   SIGNET_UPDATE_BASELINES  1: what is seen becomes what is expected
//
// Each line of the output is the end of a story, as JSON: {"file", "name", "ms",
// "failures", "notes", "skipped"}; the last one is {"played"}, how many there were.
import { accessSync, constants, mkdtempSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { Story } from './lib/story.mjs'

const patience = 180_000 // of one story, in ms
const here = import.meta.dirname
const env = process.env

// memberOf turns SIGNET_TRANSLATOR_JA into translator-ja.
const memberOf = (variable) => variable.replace(/^SIGNET_/, '').toLowerCase().replaceAll('_', '-')

function readTokens(file) {
  const tokens = {}
  for (const line of file ? readFileSync(file, 'utf8').split('\n') : []) {
    const found = line.match(/^(SIGNET_\w+)=(\S+)$/)
    if (found) tokens[memberOf(found[1])] = found[2]
  }
  return tokens
}

function findChromium() {
  if (env.SIGNET_CHROMIUM) return env.SIGNET_CHROMIUM
  for (const folder of env.PATH.split(delimiter)) {
    try {
      accessSync(join(folder, 'chromium'), constants.X_OK)
      return join(folder, 'chromium')
    } catch {
      // It is in another one.
    }
  }
  throw new Error('there is no chromium in PATH; name one by SIGNET_CHROMIUM')
}

function artefactsFolder() {
  const folder = env.SIGNET_ARTEFACTS || mkdtempSync(join(tmpdir(), 'signet-portal-'))
  mkdirSync(folder, { recursive: true })
  return folder
}

// What is thrown where nobody waits is a failure of the story under way.
let current
process.on('unhandledRejection', (error) => current.ended(error))

async function play(file, world) {
  const began = performance.now()
  const story = new Story(world)
  current = story
  let name = file
  let timer
  try {
    const script = await import(join(here, file))
    name = script.name ?? file
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it goes on for more than ${patience / 1000} s`)), patience)
    })
    await Promise.race([script.default(story.hands()), late])
  } catch (error) {
    story.ended(error)
  }
  clearTimeout(timer)
  await story.close()
  const { failures, notes, skipped } = story
  console.log(JSON.stringify({ file, name, ms: Math.round(performance.now() - began), failures, notes, skipped }))
  return failures.length === 0
}

if (!env.SIGNET_PORTAL_URL) throw new Error('say by SIGNET_PORTAL_URL where the server is')
const base = new URL(env.SIGNET_PORTAL_URL).origin
const { hostname } = new URL(base)
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run',
    '--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', // pictures alike everywhere
    `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${hostname}`, // nobody else is called, even by mistake
  ],
})
const world = { browser, base, tokens: readTokens(env.SIGNET_PORTAL_TOKENS), artefacts: artefactsFolder(), baselines: join(here, 'baselines') }
const files = readdirSync(here).filter((f) => f.endsWith('.story.mjs') && f.includes(env.SIGNET_PORTAL_ONLY ?? '')).sort()
let good = true
for (const file of files) good = (await play(file, world)) && good
await browser.close()
console.log(JSON.stringify({ played: files.length }))
process.exitCode = good ? 0 : 1
