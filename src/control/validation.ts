import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { schemaOptions } from '../state/formats.ts'
import { problemOf } from '../state/problem.ts'

const require = createRequire(import.meta.url)

/**
 * Validates requests to control routes against their JSON Schemas. A schema is compiled at its first use, and ajv is
 * loaded then, because that takes as long as a quarter of the start.
 */
function lazyValidation(): FastifySchemaCompiler<object> {
  return ({ schema, httpPart = '' }) => {
    let validate: ValidateFunction | undefined
    return (data: unknown) => {
      validate ??= compile(schema, httpPart === 'querystring')
      return validate(data) ? { value: data } : { error: new Error(describe(httpPart, validate.errors?.[0])) }
    }
  }
}

/** By their text, because each emulator of a process has its own schema objects, and ajv keeps what it compiled. */
const validators = new Map<string, ValidateFunction>()

function compile(schema: object, coerceTypes: boolean): ValidateFunction {
  const key = JSON.stringify([schema, coerceTypes])
  const validate = validators.get(key) ?? loadAjv(coerceTypes).compile(schema)
  validators.set(key, validate)
  return validate
}

const ajvByCoercion = new Map<boolean, Ajv>()

/** Query strings need `coerceTypes`, because their numbers are text. */
function loadAjv(coerceTypes: boolean): Ajv {
  const loaded = ajvByCoercion.get(coerceTypes)
  if (loaded) return loaded
  const { Ajv: Constructor } = require('ajv') as typeof import('ajv')
  const ajv = new Constructor({ ...schemaOptions, coerceTypes })
  ajvByCoercion.set(coerceTypes, ajv)
  return ajv
}

/** Checks a value against a JSON Schema. Returns a message that calls the value `name`, or undefined if it is valid. */
export function checkAgainst(schema: object, value: unknown, name: string): string | undefined {
  const validate = compile(schema, false)
  return validate(value) ? undefined : describe(name, validate.errors?.[0])
}

/** The values of a document may be secret; those of another body or query may be shown. */
function describe(part: string, error: ErrorObject | undefined): string {
  if (!error) return `${part} is invalid.`
  const [name, member] = part === 'querystring' ? ['query', 'parameter'] : [part, 'member']
  return `${name}${error.instancePath} ${problemOf(error, { showsValue: true, member })}`
}

/** Replaces Fastify's own compilers. The type expects ajv's `compile`, but Fastify calls only the function above. */
export const compilersFactory = {
  buildValidator: () => lazyValidation() as never,
  buildSerializer: () => () => JSON.stringify,
}
