import { isIP } from 'node:net'
import { maxDelayMs } from '../rules/delay.ts'

/** How the text of an option becomes its value: undefined for what is not allowed. */
export interface OptionValue<Value> {
  /** Stands for the value in the help, as in `--port N`. */
  readonly placeholder: string
  /** What is allowed, in words. */
  readonly allowed: string
  read(text: string): Value | undefined
}

export const text = (placeholder: string, allowed: string): OptionValue<string> => ({
  placeholder,
  allowed,
  read: (value) => value || undefined,
})

export const integer = (minimum: number, maximum: number): OptionValue<number> => ({
  placeholder: 'N',
  allowed: `an integer from ${minimum} to ${maximum}`,
  read: (value) => readInteger(value, minimum, maximum),
})

export const oneOf = <const Value extends string | number>(...values: readonly Value[]): OptionValue<Value> => ({
  placeholder: values.join('|'),
  allowed: `one of ${values.join(', ')}`,
  read: (value) => values.find((allowed) => String(allowed) === value),
})

export const projectIds: OptionValue<readonly number[]> = {
  placeholder: 'ID,…',
  allowed: 'project ids, non-negative integers separated by commas',
  read: (value) => {
    const ids = value.split(',').map((part) => readInteger(part.trim(), 0, Number.MAX_SAFE_INTEGER))
    return ids.every((id) => id !== undefined) ? ids : undefined
  },
}

export const time: OptionValue<Date> = {
  placeholder: 'ISO',
  allowed: 'a time in ISO 8601 with its zone, such as 2017-03-12T08:00:00Z',
  read: (value) => {
    const isIso = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    const date = new Date(value)
    return isIso && isDay(value.slice(0, 10)) && !Number.isNaN(date.getTime()) ? date : undefined
  },
}

/** Milliseconds: one number, or a range such as `80..300`. */
export const delay: OptionValue<readonly [least: number, most: number]> = {
  placeholder: 'MS|MS..MS',
  allowed: `milliseconds up to ${maxDelayMs}, or a range of them such as 80..300`,
  read: (value) => {
    const [least, most = least, ...rest] = value.split('..').map((part) => readInteger(part, 0, maxDelayMs))
    return rest.length > 0 || least === undefined || most === undefined || least > most ? undefined : [least, most]
  },
}

/** Which web origins may read answers: `loopback`, `*`, `none`, or origins by name, separated by commas. */
export const origins: OptionValue<readonly string[]> = {
  placeholder: 'ORIGIN,…',
  allowed: 'loopback, *, none, or origins such as https://app.example:8443, separated by commas',
  read: (value) => {
    const list = value.split(',').map((part) => part.trim())
    const known = (entry: string) => ['loopback', '*', 'none', 'null'].includes(entry) || isOrigin(entry)
    return list.every(known) ? list : undefined
  },
}

export const hostNames: OptionValue<readonly string[]> = {
  placeholder: 'NAME,…',
  allowed: 'host names or IP addresses, separated by commas',
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

/** A day that is in the calendar: JavaScript takes 30 February for 2 March. */
const isDay = (day: string) => {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
