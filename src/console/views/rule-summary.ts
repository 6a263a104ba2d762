import type { FaultRule } from '../../client/emulator.ts'
import { fill, language } from '../texts.ts'

/** A rule as a form has it: any code is possible. */
export type Rule = Omit<FaultRule, 'error'> & { readonly error?: string }

/** The parts of a sentence about a rule in English and Chinese. */
const parts = {
  all: ['Every {call}', '每次{call}'],
  every: ['Every {nth} {call}', '每 {n} 次{call}中的最后一次'],
  following: ['The next {call}', '下一次{call}'],
  next: ['Each of the next {n} times {call}', '接下来 {n} 次{call}均'],
  nth: ['The {nth} {call}', '第 {n} 次{call}'],
  perMinute: ['Each {call} beyond {n} per minute', '每分钟超出 {n} 次的{call}'],
  perSecond: ['Each {call} beyond {n} per second', '每秒超出 {n} 次的{call}'],
  probability: ['Each {call}, with a probability of {percent}%,', '每次{call}以 {percent}% 的概率'],
  account: [' of account {value}', '账号 {value}'],
  after: [' after the first {value}', '前 {value} 次之后，'],
  and: [' and ', '，然后'],
  answer: [' gets the given answer', '返回指定的响应'],
  before: [' loses its connection before it is executed', '在执行前断开连接'],
  call: ['{value}', ' {value} 请求'],
  delay: [' waits {value} ms', '延迟 {value} 毫秒'],
  end: ['.', '。'],
  error: [' fails with {value}', '返回错误 {value}'],
  middle: [' is executed, but loses its connection in the middle of the answer', '执行后在返回响应的中途断开连接'],
  none: [' … (choose an effect)', '……（请选择效果）'],
  parameters: [' with {value}', '参数 {value}'],
  region: [' in {value}', '地域 {value}'],
  request: ['request', '请求'],
  service: [' of the product {value}', '产品 {value}'],
  status: [' is answered with HTTP {value}', '返回 HTTP {value}'],
  version: [' of version {value}', '版本 {value}'],
} as const

const frequencies = ['next', 'every', 'probability', 'perSecond', 'perMinute'] as const
const suffixes: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd' }
const suffixOf = (n: number) => suffixes[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)] ?? 'th'
const ordinal = (n: number) => ['', 'first', 'second', 'third'][n] ?? `${n}${suffixOf(n)}`

/** Says in plain language what a rule does. */
export function summaryOf(rule: Rule): string {
  const isChinese = language === 'zh'
  const part = (name: keyof typeof parts, value: unknown = '') =>
    fill(parts[name][isChinese ? 1 : 0], { value: String(value) })
  const given = (names: readonly (keyof typeof parts & keyof Rule)[]) =>
    names.flatMap((name) => (rule[name] === undefined ? [] : part(name, rule[name])))
  const { action, after = 0, delay, drop, parameters = {} } = rule
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  const scopes = [...given(['account', 'region', 'service', 'version'])]
  if (pairs.length > 0) scopes.push(part('parameters', pairs.join(isChinese ? '、' : ', ')))
  const effects = [...(delay === undefined ? [] : [part('delay', [delay].flat().join('–'))])]
  effects.push(...given(['error', 'status', 'answer']))
  if (drop === 'before' || drop === 'middle') effects.push(part(drop))
  const often = frequencies.find((name) => name in rule) ?? 'all'
  const isOnce = rule.next === 1
  const value = often === 'all' ? 1 : Number(rule[often])
  const n = isOnce ? after + 1 : value
  const onceOr = isOnce ? (after > 0 ? 'nth' : 'following') : often
  const call = action === undefined ? part('request') : part('call', action)
  const which = fill(parts[onceOr][isChinese ? 1 : 0], { n, nth: ordinal(n), percent: value * 100, call })
  const later = after > 0 && !isOnce ? part('after', after) : ''
  const effect = effects.join(part('and')) || part('none')
  const subject = isChinese ? `${scopes.join('、')} ${later}${which}`.trim() : `${which}${scopes.join('')}${later}`
  return (subject + effect + part('end')).replace('and  ', 'and ')
}
