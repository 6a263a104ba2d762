import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { fixtureFormats } from '../fixture-formats.js'

const require = createRequire(import.meta.url)

/**
 * Validates what control routes get against their JSON Schemas. A schema is compiled at its first use, and ajv loaded
 * then: that takes as long as a quarter of the start.
 */
function lazyValidation(): FastifySchemaCompiler<object> {
  let ajv: Ajv | undefined
  const load = (): Ajv => {
    const { Ajv: Constructor } = require('ajv') as typeof import('ajv')
    return new Constructor({ allowUnionTypes: true, formats: fixtureFormats })
  }
  return ({ schema, httpPart = '' }) => {
    let validate: ValidateFunction | undefined
    return (data: unknown) => {
      ajv ??= load()
      validate ??= ajv.compile(schema)
      return validate(data) ? { value: data } : { error: new Error(describe(httpPart, validate.errors?.[0])) }
    }
  }
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
