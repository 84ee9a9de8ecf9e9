// Prints the tokens of a file in the format of the Design Tokens Community Group,
// as the package @terrazzo/parser reads them: {id: {type, value}}. What it would
// complain of ends it.
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { defineConfig, parse } from '@terrazzo/parser'

const filename = pathToFileURL(process.argv[2])
const config = defineConfig({
  lint: { rules: { 'core/valid-color': 'error', 'core/consistent-naming': ['error', { format: 'kebab-case' }] } }
}, { cwd: new URL('./', import.meta.url) })
const { tokens } = await parse([{ filename, src: await readFile(filename, 'utf8') }], { config })
console.log(JSON.stringify(Object.fromEntries(Object.values(tokens).map(t => [t.id, { type: t.$type, value: t.$value }]))))
