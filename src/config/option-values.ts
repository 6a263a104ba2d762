import { isIP } from 'node:net'
import { maxDelayMs } from '../rules/delay.ts'

/** Reads the value of an option from its text. */
export interface OptionValue<Value> {
  /** Represents the value in the help, as in `--port N`. */
  readonly placeholder: string
  /** Describes the valid values, to follow "is not" in an error message. */
  readonly expected: string
  /** Returns undefined when the text is invalid. */
  read(text: string): Value | undefined
}

/** Any text that is not empty. */
export const text = (placeholder: string, expected: string): OptionValue<string> => ({
  placeholder,
  expected,
  read: (value) => value || undefined,
})

/** An integer within a range, in decimal without leading zeros. */
export const integer = (minimum: number, maximum: number): OptionValue<number> => ({
  placeholder: 'N',
  expected: `an integer from ${minimum} to ${maximum}`,
  read: (value) => readInteger(value, minimum, maximum),
})

/** One of a fixed list of values. */
export const oneOf = <const Value extends string | number>(...values: readonly Value[]): OptionValue<Value> => ({
  placeholder: values.join('|'),
  expected: `one of ${values.join(', ')}`,
  read: (value) => values.find((valid) => String(valid) === value),
})

/** A list of project ids, separated by commas. */
export const projectIds: OptionValue<readonly number[]> = {
  placeholder: 'ID,…',
  expected: 'a list of project ids, which are non-negative integers, separated by commas',
  read: (value) => {
    const ids = value.split(',').map((part) => readInteger(part.trim(), 0, Number.MAX_SAFE_INTEGER))
    return ids.every((id) => id !== undefined) ? ids : undefined
  },
}

/** A time in ISO 8601 with a zone. */
export const time: OptionValue<Date> = {
  placeholder: 'ISO',
  expected: 'a time in ISO 8601 with a zone, such as 2017-03-12T08:00:00Z',
  read: (value) => {
    const isIso = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    const date = new Date(value)
    return isIso && isDay(value.slice(0, 10)) && !Number.isNaN(date.getTime()) ? date : undefined
  },
}

/** A number of milliseconds, or a range such as `80..300`. */
export const delay: OptionValue<readonly [min: number, max: number]> = {
  placeholder: 'MS|MS..MS',
  expected: `a number of milliseconds up to ${maxDelayMs}, or a range such as 80..300`,
  read: (value) => {
    const [min, max = min, ...rest] = value.split('..').map((part) => readInteger(part, 0, maxDelayMs))
    return rest.length > 0 || min === undefined || max === undefined || min > max ? undefined : [min, max]
  },
}

/** The web origins that may read responses: `loopback`, `*`, `none`, or origins, separated by commas. */
export const origins: OptionValue<readonly string[]> = {
  placeholder: 'ORIGIN,…',
  expected: 'loopback, *, none, or a list of origins such as https://app.example:8443, separated by commas',
  read: (value) => {
    const list = value.split(',').map((part) => part.trim())
    const isValid = (entry: string) => ['loopback', '*', 'none', 'null'].includes(entry) || isOrigin(entry)
    return list.every(isValid) ? list : undefined
  },
}

/** A list of host names or IP addresses, separated by commas; a name may begin with `*.`. */
export const hostNames: OptionValue<readonly string[]> = {
  placeholder: 'NAME,…',
  expected: 'a list of host names or IP addresses, separated by commas',
  read: (value) => {
    const names = value.split(',').map((part) => part.trim().toLowerCase())
    const isName = (name: string) => /^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/.test(name) || isIP(name) !== 0
    return names.every(isName) ? names : undefined
  },
}

const readInteger = (value: string, minimum: number, maximum: number) => {
  const number = Number(value)
  return /^(0|[1-9]\d*)$/.test(value) && number >= minimum && number <= maximum ? number : undefined
}

const isOrigin = (value: string) => !value.includes('*') && URL.canParse(value) && new URL(value).origin === value

/** Whether a day is in the calendar: `Date` reads 30 February as 2 March. */
const isDay = (day: string) => {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
