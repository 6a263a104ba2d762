import type { Config } from '../config/options.ts'
import type { ControlRoute } from '../control/route.ts'
import type { Action } from '../core/action.ts'
import type { ApiVersion } from '../core/schema.ts'
import { faultSchema } from '../rules/rule.ts'
import { described } from '../system/described.ts'
import { accountErrorSchema, actionPaths, errorSchema } from './openapi-actions.ts'
import { errorCodeSchema, object, type Schema } from './openapi-schema.ts'
import { named } from './types.ts'

interface DocumentOptions {
  readonly actions: readonly Action[]
  readonly routes: readonly ControlRoute[]
  /** The path of each version of the API. */
  readonly paths: Readonly<Record<ApiVersion, string>>
  readonly config: Pick<Config, 'auth' | 'requestFaults' | 'controlToken'>
  /** The version of the emulator. */
  readonly version: string
}

const controlError = object({ error: object({ code: { type: 'string' }, message: { type: 'string' } }) })

/** The schemas that are written once. */
const shared: readonly (readonly [name: string, schema: object])[] = [
  ['ErrorCode', errorCodeSchema],
  ['Error', errorSchema],
  ['AccountError', accountErrorSchema],
  ['ControlError', controlError],
  ...named.map(([name, schema]) => [name, schema] as const),
]

/** Returns an OpenAPI 3.1 document of the API and of the control routes. */
export function openApi({ actions, routes, paths, config, version }: DocumentOptions) {
  const schemas: Record<string, unknown> = {}
  const needsToken = config.controlToken !== undefined
  const forced = config.requestFaults === 'on' ? forcedFaults : {}
  const parameters = Object.keys(forced).map((name) => ({ $ref: `#/components/parameters/${name}` }))
  const controlPaths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}')
    controlPaths[path] = { ...controlPaths[path], [route.method.toLowerCase()]: controlOperation(route, needsToken) }
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'cvm-emulator',
      version,
      description:
        'An action is called by its parameters, so that all actions of an API version have one path; the fragment tells their operations apart and is not sent. docs/clients.md describes signatures.',
    },
    tags: [...Object.keys(paths), 'control'].map((name) => ({ name })),
    paths: {
      ...actionPaths({ actions, paths, needsRegion: config.auth === 'strict', parameters }),
      ...controlPaths,
    },
    components: {
      schemas,
      parameters: forced,
      responses: {
        ControlError: {
          description: 'The reason why the request was refused.',
          content: { 'application/json': { schema: controlError } },
        },
      },
      ...(needsToken && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  }
  return copyWithReferences(document, schemas) as typeof document
}

const header = (name: string, texts: object, schema: object) => ({ name, in: 'header', ...texts, schema })

/** What any request may force. */
const forcedFaults = {
  Error: header(
    'X-Emulator-Error',
    described('Makes the emulator answer this error.', '让模拟器返回指定的错误码。'),
    errorCodeSchema,
  ),
  Delay: header(
    'X-Emulator-Delay',
    described('Delays the answer.', '让模拟器延迟返回响应。'),
    faultSchema.properties.delay.items,
  ),
}

function controlOperation({ method, url, schema, notes, isOpen }: ControlRoute, needsToken: boolean): object {
  const { querystring = {} } = schema as { querystring?: { properties?: Record<string, object> } }
  const body = (notes.body ?? schema.body) as Schema | undefined
  const refused = { $ref: '#/components/responses/ControlError' }
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name)
  const statuses = [
    ...(isOpen ? [] : [400, ...(needsToken ? [401] : [])]),
    403,
    ...(names.length > 0 ? [404] : []),
    'default',
  ]
  const words = url.split(/\W+/).slice(2)
  return {
    operationId: [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join(''),
    tags: ['control'],
    summary: notes.summary,
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...Object.entries(querystring.properties ?? {}).map(([name, one]) => ({ name, in: 'query', schema: one })),
      ...Object.entries(notes.headers ?? {}).map(([name, one]) => ({ name, in: 'header', schema: one })),
    ],
    ...(body && {
      requestBody: {
        required: !(Array.isArray(body.type) && body.type.includes('null')),
        content: { 'application/json': { schema: body } },
      },
    }),
    responses: {
      200: {
        description: 'The answer.',
        content: { [notes.type ?? 'application/json']: notes.answer ? { schema: notes.answer } : {} },
      },
      ...Object.fromEntries(statuses.map((status) => [status, refused])),
      ...Object.fromEntries(
        Object.entries(notes.others ?? {}).map(([status, other]) => [
          status,
          { description: 'Another answer.', content: { 'application/json': { schema: other } } },
        ]),
      ),
    },
    ...(needsToken && !isOpen && { security: [{ token: [] }] }),
  }
}

/**
 * Copies a document. A shared schema becomes a reference, and is added to `schemas` once. A description for forms replaces
 * the one for messages.
 */
function copyWithReferences(document: object, schemas: Record<string, unknown>): unknown {
  const copyMembers = ({ 'x-description': inForms, ...value }: Schema) =>
    Object.fromEntries(
      Object.entries({ ...value, description: inForms ?? value.description }).flatMap(([key, member]) =>
        member === undefined ? [] : [[key, copy(member)]],
      ),
    )
  const copy = (value: unknown): unknown => {
    if (value === schemas) return schemas
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== 'object' || value === null) return value
    const found = shared.find(([, schema]) => schema === value)
    if (!found) return copyMembers(value as Schema)
    const [name] = found
    if (!(name in schemas)) {
      // The name first, for a schema that contains itself
      schemas[name] = {}
      schemas[name] = copyMembers(value as Schema)
    }
    return { $ref: `#/components/schemas/${name}` }
  }
  return copy(document)
}
