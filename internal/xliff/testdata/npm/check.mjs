// Prints the units of an XLIFF file, as the package xliff reads them:
// [{id, source, target}], with inline codes as the text that they stand for.
import { readFile } from 'node:fs/promises'
import xliff2js from 'xliff/xliff2js'
import xliff12ToJs from 'xliff/xliff12ToJs'

const [name, version] = process.argv.slice(2)
const text = await readFile(name, 'utf8')
const js = version === '1.2' ? await xliff12ToJs(text) : await xliff2js(text)

function plain (value) {
  if (value === undefined || typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(plain).join('')
  const [kind, code] = Object.entries(value)[0]
  if (kind === 'Standalone') return code.disp // 2.1 shows a code by an attribute, 1.2 by its content
  return plain(code.contents)
}

const units = Object.values(js.resources).flatMap(units => Object.entries(units))
  .map(([id, unit]) => ({ id, source: plain(unit.source), target: plain(unit.target) ?? '' }))
console.log(JSON.stringify({ source: js.sourceLanguage, target: js.targetLanguage, units }))
