import { flagOf, optionNames, options, variableOf } from '../config/options.ts'
import type { Action } from '../core/action.ts'
import { documentedCodes, isIn } from '../core/action.ts'
import { errorTexts } from '../core/errors.ts'

/** The languages of the READMEs. */
export type Language = 'en' | 'zh'

const headings = {
  options: {
    en: ['Flag', 'Environment', 'Default', 'Meaning'],
    zh: ['选项', '环境变量', '默认值', '含义'],
  },
  actions: {
    en: ['Action', 'Does', 'Parameters', 'Codes', 'More in 3.0'],
    zh: ['接口', '作用', '参数', '错误码', '3.0 另有'],
  },
} as const

/** The options of the command line as a table for a README. */
export function optionsTable(language: Language): string {
  const rows = optionNames.map((name) => {
    const { value, about, default: standard, alsoFrom } = options[name]
    const variables = [variableOf(name), ...(alsoFrom ? [alsoFrom] : [])]
    const flag = code(`--${flagOf(name)} ${value.placeholder}`)
    return [flag, variables.map(code).join(', '), standard === undefined ? '' : code(standard), about[language]]
  })
  return table([headings.options[language], ...rows])
}

const onlyIn30 = { en: ' (only in 3.0)', zh: '（仅 3.0）' } as const
const notIn30 = { en: ' (not in 3.0)', zh: '（3.0 没有）' } as const

function markOf(action: Action, language: Language): string {
  if (!isIn('2017-03-12', action)) return onlyIn30[language]
  return isIn('3.0', action) ? '' : notIn30[language]
}

/** The actions that are emulated as a table for a README. */
export function actionsTable(actions: readonly Action[], language: Language): string {
  const rows = actions.map((action) => [
    `${code(action.name)}${markOf(action, language)}`,
    action.summary[language],
    Object.keys(action.params).map(code).join(', '),
    documentedCodes(action).map(code).join(', '),
    (action['3.0']?.errors ?? [])
      .filter((listed) => !documentedCodes(action).includes(listed))
      .map(code)
      .join(', '),
  ])
  return table([headings.actions[language], ...rows])
}

/** Every code that a request may force, as a list for a README. */
export const codesList = (): string => `${Object.keys(errorTexts).sort().map(code).join(', ')}.`

const code = (text: string) => `\`${text}\``

function table([heading = [], ...rows]: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}
