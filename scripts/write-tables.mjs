// Writes the tables that are made from the code into both READMEs, between their markers.
import { readFileSync, writeFileSync } from 'node:fs'
import { benchTable } from '../bench/labels.mjs'
import { actions } from '../src/actions/index.ts'
import { actionsTable, codesList, optionsTable } from '../src/description/tables.ts'

const results = JSON.parse(readFileSync(new URL('../bench/results.json', import.meta.url), 'utf8'))

for (const [file, language] of [
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
]) {
  const path = new URL(`../${file}`, import.meta.url)
  const between = (text, name, table) =>
    text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`), `$1\n${table}\n\n$2`)
  const options = between(readFileSync(path, 'utf8'), 'options', optionsTable(language))
  const both = between(options, 'actions', actionsTable(actions, language))
  const three = between(both, 'codes', codesList())
  writeFileSync(path, between(three, 'bench', benchTable(results, language)))
}
