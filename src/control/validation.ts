import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { fixtureFormats } from '../state/formats.ts'

const require = createRequire(import.meta.url)

/**
 * Validates what control routes get against their JSON Schemas. A schema is compiled at its first use, and ajv loaded
 * then: that takes as long as a quarter of the start.
 */
function lazyValidation(): FastifySchemaCompiler<object> {
  return ({ schema, httpPart = '' }) => {
    let validate: ValidateFunction | undefined
    return (data: unknown) => {
      validate ??= load(httpPart === 'querystring').compile(schema)
      return validate(data) ? { value: data } : { error: new Error(describe(httpPart, validate.errors?.[0])) }
    }
  }
}

const loaded = new Map<boolean, Ajv>()

/** In a query string everything is text, also what is meant as a number. */
function load(coerceTypes: boolean): Ajv {
  const before = loaded.get(coerceTypes)
  if (before) return before
  const { Ajv: Constructor } = require('ajv') as typeof import('ajv')
  const ajv = new Constructor({ allowUnionTypes: true, formats: fixtureFormats, coerceTypes })
  loaded.set(coerceTypes, ajv)
  return ajv
}

/** What is wrong with a value, which is called `name`; undefined when it fits. */
export function checkAgainst(schema: object, value: unknown, name: string): string | undefined {
  const validate = load(false).compile(schema)
  return validate(value) ? undefined : describe(name, validate.errors?.[0])
}

function describe(part: string, error: ErrorObject | undefined): string {
  const { additionalProperty } = error?.params ?? {}
  const problem = additionalProperty === undefined ? error?.message : `may not have \`${additionalProperty}\``
  return `${part}${error?.instancePath ?? ''} ${problem ?? 'does not fit'}`
}

/** Keeps Fastify from loading compilers of its own. Its type asks for ajv's compile; what it calls is the function above. */
export const compilersFactory = {
  buildValidator: () => lazyValidation() as never,
  buildSerializer: () => () => JSON.stringify,
}
