import { isIP } from 'node:net'
import { readCredential } from '../identity/credential.ts'
import { maxDelayMs, type RateLimit } from '../rules/rule.ts'
import { isHostName } from '../system/host-names.ts'
import { maxTime, minTime } from '../system/limits.ts'

/** Reads the value of an option from its text. */
export interface OptionValue<Value> {
  /** Represents the value in the help, as in `--port N`. */
  readonly placeholder: string
  /** The type of the value in the options of `startEmulator`, in TypeScript. */
  readonly type: string
  /** Describes the valid values, to follow "is not" in an error message. */
  readonly expected: string
  /** Set when an error message must not repeat the value. */
  readonly isSecret?: true
  /** Returns undefined when the text is invalid. */
  read(text: string): Value | undefined
}

/** Any text that is not empty. */
export const text = (placeholder: string, expected: string): OptionValue<string> => ({
  placeholder,
  type: 'string',
  expected,
  read: (value) => value || undefined,
})

/** A token that an `Authorization` header carries unchanged: spaces at its ends would be lost. */
export const token: OptionValue<string> = {
  placeholder: 'TEXT',
  type: 'string',
  expected: 'a text of printable ASCII characters that neither begins nor ends with a space',
  isSecret: true,
  read: (value) => (/^[!-~]([ -~]*[!-~])?$/.test(value) ? value : undefined),
}

/** An integer within a range, in decimal without leading zeros. */
export const integer = (minimum: number, maximum: number): OptionValue<number> => ({
  placeholder: 'N',
  type: 'number',
  expected: `an integer from ${minimum} to ${maximum}`,
  read: (value) => readInteger(value, minimum, maximum),
})

/** One of a fixed list of values. */
export const oneOf = <const Value extends string | number>(...values: readonly Value[]): OptionValue<Value> => ({
  placeholder: values.join('|'),
  type: values.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(' | '),
  expected: `one of ${values.join(', ')}`,
  read: (value) => values.find((valid) => String(valid) === value),
})

const list = <Item>(
  placeholder: string,
  itemType: string,
  expected: string,
  readItem: (text: string) => Item | undefined,
): OptionValue<readonly Item[]> => ({
  placeholder,
  type: `readonly ${itemType}[]`,
  expected: `${expected}, separated by commas`,
  read: (value) => {
    const items = value.split(',').map((part) => readItem(part.trim()))
    return items.every((item) => item !== undefined) ? items : undefined
  },
})

export const projectIds = list('ID,…', 'number', 'a list of project ids, which are non-negative integers', (id) =>
  readInteger(id, 0, Number.MAX_SAFE_INTEGER),
)

const credentialList = list('ID:KEY,…', 'string', 'a list of SecretId:SecretKey with different SecretIds', (entry) =>
  readCredential(entry) ? entry : undefined,
)

/** Credentials as `SecretId:SecretKey`, with different SecretIds. */
export const credentials: OptionValue<readonly string[]> = {
  ...credentialList,
  isSecret: true,
  read: (value) => {
    const entries = credentialList.read(value)
    const secretIds = new Set(entries?.map((entry) => readCredential(entry)?.secretId))
    return secretIds.size === entries?.length ? entries : undefined
  },
}

/** A time in ISO 8601 with a zone, to the millisecond, since a clock and a stored time have no smaller unit. */
export const time: OptionValue<Date> = {
  placeholder: 'ISO',
  type: 'string | Date',
  expected: 'a time in ISO 8601 with a zone, such as 2017-03-12T08:00:00Z, to the millisecond',
  read: (value) => (/\.\d{3}\d*[1-9]/.test(value) ? undefined : readTime(value)),
}

/** Reads a time with any fraction of a second. With its zone it may lie outside the years that its digits name. */
export function readTime(text: string): Date | undefined {
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const date = new Date(text)
  const isInRange = +date >= minTime && +date <= maxTime
  return isIso && isInRange && isDay(text.slice(0, 10)) ? date : undefined
}

/** A number of milliseconds, or a range such as `80..300`. */
export const delay: OptionValue<readonly [min: number, max: number]> = {
  placeholder: 'MS|MS..MS',
  type: 'number | readonly [min: number, max: number]',
  expected: `a number of milliseconds up to ${maxDelayMs}, or a range such as 80..300`,
  read: (value) => {
    const [min, max = min, ...rest] = value.split('..').map((part) => readInteger(part, 0, maxDelayMs))
    return rest.length > 0 || min === undefined || max === undefined || min > max ? undefined : [min, max]
  },
}

const maxCalls = 1_000_000

/** A number of calls per second, or per minute as `100/minute`. */
export const rateLimit: OptionValue<RateLimit> = {
  placeholder: 'N|N/minute',
  type: 'number | string',
  expected: `an integer from 0 to ${maxCalls}, or one per minute such as 100/minute`,
  read: (value) => {
    const [, number = '', per = 'second'] = /^(\d+)(?:\/(second|minute))?$/.exec(value) ?? []
    const calls = readInteger(number, 0, maxCalls)
    return calls === undefined ? undefined : { calls, per: per as RateLimit['per'] }
  },
}

/** The web origins that may read responses: `loopback`, `*`, `none`, or origins. */
export const origins = list(
  'ORIGIN,…',
  'string',
  'loopback, *, none, or a list of origins such as https://app.example:8443 or https://*.app.example',
  (entry) => (['loopback', '*', 'none', 'null'].includes(entry) || isOrigin(entry) ? entry : undefined),
)

/** A list of host names or IP addresses; a name may begin with `*.`. */
export const hostNames = list('NAME,…', 'string', 'a list of host names or IP addresses', (entry) => {
  const name = entry.toLowerCase()
  return isHostName(name) || isIP(name) !== 0 ? name : undefined
})

const readInteger = (value: string, minimum: number, maximum: number) => {
  const number = Number(value)
  return /^(0|[1-9]\d*)$/.test(value) && number >= minimum && number <= maximum ? number : undefined
}

/** Whether a text is an origin, or begins as one of all subdomains: `https://*.` and a name of at least two labels. */
function isOrigin(value: string): boolean {
  const origin = value.replace(/:\/\/\*\.(?=[^.]+\.)/, '://subdomain.')
  return !origin.includes('*') && URL.canParse(origin) && new URL(origin).origin === origin
}

/** Whether a day is in the calendar: `Date` reads 30 February as 2 March. */
const isDay = (day: string) => {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
