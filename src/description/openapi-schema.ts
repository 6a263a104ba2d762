import { type ErrorCode, errorTexts } from '../core/errors.ts'
import { messageOf } from './tables.ts'

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

/** The schema of an object that has all of these members. */
export const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})

/** Every code with its text. */
export const errorCodeSchema: Schema = {
  type: 'string',
  description: 'An error code.',
  oneOf: (Object.keys(errorTexts) as ErrorCode[]).map((code) => ({ const: code, description: messageOf(code) })),
}
