import { upperFirst } from '../core/params.ts'
import { described, describedInForms } from '../system/described.ts'
import type { FromSchema } from '../system/schema-type.ts'

/** The longest delay that a rule, all rules together, or a request may ask for: ten minutes. */
export const maxDelayMs = 600_000

/** How many levels of lists and objects a rule may have, including those of its `body`. */
export const maxRuleDepth = 100

/** A rule is two levels deep in a document. */
export const maxDocumentDepth = maxRuleDepth + 2

/** How many rules there may be, and how many characters of JSON in all, answers included, without ids and counters. */
const maxRules = 1_000
const maxRulesLength = 1_000_000

/** The action of a rule for logins by SSH. Rules without it match none of them (docs/behaviour.md#rules-for-logins). */
export const loginAction = 'SshLogin'

/** Whether a rule is for logins by SSH. */
export const isLoginRule = ({ action = '' }: Pick<FaultRule, 'action'>): boolean => upperFirst(action) === loginAction

/** A fault rule: which calls it matches, how often it applies, and what it does to the answer. */
export interface FaultRule extends FromSchema<typeof faultSchema> {}

/** What a rule does instead of the answer. */
export type Effect =
  | { readonly kind: 'error'; readonly code: string; readonly message?: string }
  | { readonly kind: 'answer'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'status'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'drop'; readonly when: 'before' | 'middle' }

/** How many calls a rule lets pass, and in what time. */
export interface RateLimit {
  readonly calls: number
  readonly per: 'second' | 'minute'
}

/** The rate limit of a rule, if it has one. */
export function rateLimitOf({ perSecond, perMinute }: FaultRule): RateLimit | undefined {
  if (perSecond !== undefined) return { calls: perSecond, per: 'second' }
  return perMinute === undefined ? undefined : { calls: perMinute, per: 'minute' }
}

/** The effect of a rule; undefined when it only delays. */
export function effectOf({ error, message, status, body = '', drop, answer }: FaultRule): Effect | undefined {
  if (error !== undefined) return { kind: 'error', code: error, ...(message !== undefined && { message }) }
  if (status !== undefined) return { kind: 'status', status, body }
  if (answer !== undefined) return { kind: 'answer', answer }
  return drop === undefined ? undefined : { kind: 'drop', when: drop }
}

const text = (en: string, zh: string) =>
  ({ type: 'string', format: 'text', minLength: 1, maxLength: 256, ...described(en, zh) }) as const
const count = (en: string, zh: string, minimum = 1) =>
  ({ type: 'integer', minimum, maximum: 1_000_000, ...described(en, zh) }) as const
const milliseconds = {
  type: 'integer',
  minimum: 0,
  maximum: maxDelayMs,
  ...described('milliseconds', '毫秒数。'),
} as const

const frequencies = ['next', 'every', 'probability', 'perSecond', 'perMinute'] as const
const effects = ['error', 'status', 'drop', 'answer'] as const

/** Returns how parts of a rule contradict each other, to follow the words "A fault"; undefined when they do not. */
export function findContradiction(rule: FaultRule): string | undefined {
  const given = (names: readonly (keyof FaultRule)[]) => names.filter((name) => rule[name] !== undefined)
  if (given(frequencies).length > 1) return `may have at most one of ${frequencies.join(', ')}`
  if (given(effects).length > 1) return `may have at most one of ${effects.join(', ')}`
  if (given([...effects, 'delay']).length === 0) return `must have one of ${effects.join(', ')}, or delay`
  if (rule.message !== undefined && rule.error === undefined) return 'has a `message` without `error`'
  if (rule.body !== undefined && rule.status === undefined) return 'has a `body` without `status`'
  if (rule.answer && Object.hasOwn(rule.answer, 'Error'))
    return 'has an `answer` with `Error`; use `error` and `message`'
  const [unfit] = isLoginRule(rule) ? given(['status', 'answer', 'service', 'version']) : []
  if (unfit !== undefined) return `has \`${unfit}\`, which a login by SSH does not have; use error, delay or drop`
  return undefined
}

/** Returns what is wrong with the number or size of all rules together, to follow their name; undefined when nothing is. */
export function findExcess(rules: readonly FaultRule[]): string | undefined {
  if (rules.length > maxRules) return `must be at most ${maxRules} rules`
  const bare = rules.map((rule) => ({ ...rule, id: undefined, matched: undefined, hits: undefined }))
  return JSON.stringify(bare).length > maxRulesLength
    ? `must have at most ${maxRulesLength} characters of JSON in all`
    : undefined
}

/** JSON Schema of a fault rule. */
export const faultSchema = {
  type: 'object',
  ...described(
    'a fault: action, service, version, account, region, parameters; after and one of next, every, probability, perSecond, perMinute; delay and one of error, status, drop, answer',
    '故障规则。',
  ),
  additionalProperties: false,
  properties: {
    id: {
      type: 'string',
      pattern: '^[\\w.-]{1,64}$',
      ...described(
        '1 to 64 letters, digits, `_`, `.` or `-`; generated when it is left out',
        '规则 ID，由 1 到 64 个字母、数字、`_`、`.` 或 `-` 组成，不填则自动生成。',
      ),
    },
    action: text(
      'the name of an action, also of one that the emulator does not have, or SshLogin for logins by SSH',
      '接口名称，也可以是模拟器未实现的接口；SshLogin 表示 SSH 登录。',
    ),
    service: {
      type: 'string',
      pattern: '^[a-z0-9-]{1,64}$',
      ...described(
        'the product of the action in small letters, as in its host: sts of sts.tencentcloudapi.com',
        '接口所属的产品，小写，与域名一致，例如 `sts.tencentcloudapi.com` 中的 `sts`。',
      ),
    },
    version: text('the Version of the call', '请求的 Version。'),
    account: text('the name of an account', '账号名称，或属于该账号的 SecretId。'),
    region: text('a region', '请求的地域。'),
    parameters: {
      type: 'object',
      ...described(
        'required values of parameters, by their flat names',
        '请求参数须匹配的值，参数名使用展开形式，例如 `KeyIds.0`。',
      ),
      additionalProperties: {
        type: 'string',
        ...described('the value that the parameter must have', '该参数须匹配的值。'),
      },
    },
    after: count('the number of matching calls that pass before it applies', '规则生效前放行的匹配请求数。', 0),
    next: count('the number of calls that it applies to', '规则生效的请求数。'),
    every: count('it applies to every nth matching call', '每 N 个匹配的请求生效一次。'),
    probability: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      ...described('the part of the calls that it applies to, from 0 to 1', '规则生效的概率，取值范围为 0 到 1。'),
    },
    perSecond: count(
      'the number of calls per second, account and action that pass',
      '每个账号对每个接口每秒放行的请求数。',
    ),
    perMinute: count(
      'the number of calls per minute, account and action that pass',
      '每个账号对每个接口每分钟放行的请求数。',
    ),
    seed: text('seed for probability and delays', '概率和随机延迟的种子，使结果可重现。'),
    delay: {
      ...milliseconds,
      type: ['integer', 'array'],
      description: 'milliseconds, or [min, max]',
      ...describedInForms(
        'how long the answer is delayed: milliseconds, or [min, max]',
        '响应延迟的毫秒数，或 `[最小值, 最大值]`。',
      ),
      items: milliseconds,
      minItems: 2,
      maxItems: 2,
    },
    error: text(
      'an error code; any code where the emulator does not have the action',
      '要返回的错误码。对于模拟器未实现的接口，可以是任意错误码。',
    ),
    message: text('message that replaces the text of the error', '替换 `error` 默认文案的错误信息。'),
    status: {
      enum: [429, 500, 502, 503],
      description: 'one of 429, 500, 502, 503',
      ...describedInForms('an HTTP status in place of an answer of the API', '要返回的 HTTP 状态码，代替 API 响应。'),
    },
    body: {
      description: 'a text, or anything else as JSON',
      ...describedInForms(
        'what is sent with `status`: a text, or anything else as JSON',
        '与 `status` 一起返回的响应体，可以是文本或任意 JSON。',
      ),
    },
    drop: {
      enum: ['before', 'middle'],
      description: 'before the answer or in the middle of it',
      ...describedInForms(
        'closes the connection: before the request is executed, or in the middle of its answer',
        '断开连接：`before` 在执行请求之前断开，`middle` 在响应发送中途断开。',
      ),
    },
    answer: {
      type: 'object',
      ...described('the members of `Response`, without the RequestId', '要返回的 `Response` 内容，不含 RequestId。'),
      additionalProperties: described('any JSON', '任意 JSON。'),
    },
  },
} as const
