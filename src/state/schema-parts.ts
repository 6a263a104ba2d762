import type { StringParam } from '../core/schema.ts'
import { described } from '../system/described.ts'
import { maxCount } from '../system/limits.ts'

// Parts of the schemas of documents, each with its description in English and in Chinese

export const object = <const Properties, Required extends keyof Properties = never>(
  en: string,
  zh: string,
  properties: Properties,
  required: readonly Required[] = [],
) => ({ type: 'object', ...described(en, zh), additionalProperties: false, required, properties }) as const

export const array = <const Item>(en: string, zh: string, items: Item) =>
  ({ type: 'array', ...described(en, zh), items }) as const

export const anyText = (en: string, zh: string) => ({ type: 'string', format: 'text', ...described(en, zh) }) as const
export const text = (en: string, zh: string) => ({ ...anyText(en, zh), minLength: 1 }) as const
export const matching = (pattern: string, en: string, zh: string) =>
  ({ type: 'string', pattern, ...described(en, zh) }) as const
/** The name of an account, or a SecretId. */
export const accountName = (en: string, zh: string) =>
  ({ type: 'string', minLength: 1, format: 'account', ...described(en, zh) }) as const
export const isoTime = (en: string, zh: string) =>
  ({ type: 'string', format: 'iso-milliseconds', ...described(en, zh) }) as const
export const count = (en: string, zh: string) =>
  ({ type: 'integer', minimum: 0, maximum: maxCount, ...described(en, zh) }) as const

/** The schema of the texts that the API allows for this parameter. */
export const schemaOfParam = ({ description, minLength, maxLength, pattern }: StringParam) =>
  ({
    type: 'string',
    format: 'text',
    ...described(description.en, description.zh),
    ...(minLength && { minLength: minLength.value }),
    ...(maxLength && { maxLength: maxLength.value }),
    ...(pattern && { pattern: pattern.value.source }),
  }) as const
