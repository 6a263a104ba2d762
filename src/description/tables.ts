import { flagOf, groupedOptions, type OptionName, options, variableOf } from '../config/options.ts'
import { type Action, documentedCodes, isIn, keyPairVersion } from '../core/action.ts'
import { type ErrorCode, errorTexts } from '../core/errors.ts'
import type { Param, Params } from '../core/schema.ts'
import { signatureCauses } from '../core/signature-causes.ts'

/** The languages of the documentation. */
export type Language = 'en' | 'zh'

const summaryHeadings = { en: ['Action', 'What it does'], zh: ['接口', '功能'] } as const
const versionNote30 = { en: ' (3.0 only)', zh: '（仅 3.0）' } as const
const versionNote2017 = { en: ' (2017-03-12 only)', zh: '（仅 2017-03-12）' } as const

/** Returns a table of the actions with one line each, for the READMEs. */
export function actionsSummary(actions: readonly Action[], language: Language): string {
  const rows = actions.map((action) => [code(action.name) + versionsNote(action, language), action.summary[language]])
  return table([summaryHeadings[language], ...rows])
}

function versionsNote(action: Action, language: Language): string {
  if (!isIn('2017-03-12', action)) return versionNote30[language]
  return isIn('3.0', action) ? '' : versionNote2017[language]
}

/** Returns a section for each action with its parameters and its documented error codes, for docs/api.md. */
export const actionsReference = (actions: readonly Action[]): string =>
  actions
    .map((action) => {
      const rows = parameterRows(action.params)
      return [
        `### ${action.name}`,
        `${action.summary.en}${versionsNote(action, 'en')}`,
        rows.length > 0
          ? table([['Parameter', 'Type', 'Required', 'Default', 'Description'], ...rows])
          : 'No parameters.',
        ...(['2017-03-12', '3.0'] as const)
          .filter((apiVersion) => isIn(apiVersion, action))
          .map((apiVersion) => `Errors in ${apiVersion}: ${codes(documentedCodes(apiVersion, action))}.`),
      ].join('\n\n')
    })
    .join('\n\n')

/** Returns a row for each parameter, and for each member of a list or structure: `Filters.N.Name`. */
const parameterRows = (params: Params, prefix = ''): string[][] =>
  Object.entries(params).flatMap(([name, param]) => {
    const { type, description, required, only } = param
    const defaultValue = 'default' in param && param.default !== undefined ? code(String(param.default)) : ''
    const note = only === undefined ? '' : versionNote30.en
    const row = [code(prefix + name), type, required ? 'yes' : 'no', defaultValue, description.en + note]
    return [row, ...memberRows(param, prefix + name)]
  })

function memberRows(param: Param, name: string): string[][] {
  if (param.type === 'object') return parameterRows(param.fields, `${name}.`)
  return param.type === 'array' ? memberRows(param.items, `${name}.N`) : []
}

/** Returns a table of the command-line options for each group, described in both languages, for docs/api.md. */
export const optionsTable = (): string =>
  groupedOptions
    .map(({ en, zh, names }) => {
      const rows = names.map(optionRow)
      const heading = en === zh ? en : `${en} · ${zh}`
      return `### ${heading}\n\n${table([['Flag', 'Environment', 'Default', 'Meaning', '说明'], ...rows])}`
    })
    .join('\n\n')

function optionRow(name: OptionName): string[] {
  const { value, default: defaultText, alsoFrom, en, zh } = options[name]
  const variables = [variableOf(name), ...(alsoFrom ? [alsoFrom] : [])]
  const flag = code(`--${flagOf(name)} ${value.placeholder}`)
  const defaultCell = defaultText === undefined ? '' : code(defaultText)
  return [flag, variables.map(code).join(', '), defaultCell, en, zh]
}

/** Returns the table of the error codes that a request or a rule can force, with their messages, for docs/api.md. */
export const codesTable = (): string => {
  const rows = (Object.keys(errorTexts) as ErrorCode[]).map((name) => [code(name), messageOf(name)])
  return table([['Code', 'Message'], ...rows.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))])
}

/** Returns the table of the causes of a refused signature with their meanings, for docs/clients.md. */
export const causesTable = (): string => {
  const rows = Object.entries(signatureCauses).map(([name, text]) => [code(name), text.replaceAll(/\{\w+\}/g, '…')])
  return table([['Cause', 'Meaning'], ...rows])
}

/** The text of a code without what a request adds to it. */
export const messageOf = (name: ErrorCode): string => errorTexts[name].replaceAll(/[ =](`?)\{\w+\}\1/g, '')

const code = (text: string) => `\`${text}\``
const codes = (names: readonly string[]) => [...names].sort().map(code).join(', ')

function table([heading = [], ...rows]: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

/** Returns the documented example of the first action as a request target, for hints and for the banner. */
export function documentedExample(path: string, [action]: readonly Action[]): string {
  if (!action) return path
  return `${path}?${new URLSearchParams({ Action: action.name, Version: keyPairVersion, ...action.example })}`
}
