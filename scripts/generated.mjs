import { readFileSync } from 'node:fs'
import { benchSummary, benchTable } from '../bench/labels.mjs'
import { actions } from '../src/actions/index.ts'
import { actionsReference, actionsSummary, causesTable, codesTable, optionsTable } from '../src/description/tables.ts'
import { packageTypes } from '../src/description/types.ts'
import { conformancePage } from '../test/clients/page.ts'
import { snippets } from '../test/clients/snippets.ts'

const results = JSON.parse(readFileSync(new URL('../bench/results.json', import.meta.url), 'utf8'))

/** What is generated: the file, the name of the markers in it, and the text between them, or a whole file. */
export const generated = [
  { file: 'README.md', name: 'actions', text: actionsSummary(actions, 'en') },
  { file: 'README.zh-CN.md', name: 'actions', text: actionsSummary(actions, 'zh') },
  { file: 'README.md', name: 'figures', text: benchSummary(results, 'en') },
  { file: 'README.zh-CN.md', name: 'figures', text: benchSummary(results, 'zh') },
  { file: 'docs/api.md', name: 'actions', text: actionsReference(actions) },
  { file: 'docs/api.md', name: 'options', text: optionsTable() },
  { file: 'docs/api.md', name: 'codes', text: codesTable() },
  { file: 'docs/clients.md', name: 'causes', text: causesTable() },
  { file: 'src/client/types.ts', name: 'types', text: packageTypes(actions), isWhole: true },
  ...snippets.map(({ name, text }) => ({ file: 'docs/clients.md', name, text })),
  { file: 'docs/conformance.md', name: 'page', text: conformancePage(), isWhole: true },
  { file: 'docs/performance.md', name: 'bench', text: benchTable(results) },
]
