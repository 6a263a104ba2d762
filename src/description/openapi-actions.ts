import { type Action, documentedCodes, isIn, productOf, versionOf } from '../core/action.ts'
import { type Field, type Fields, fieldsOf } from '../core/answer.ts'
import type { ErrorCode } from '../core/errors.ts'
import { type ApiVersion, ofApiVersion, type Param, type Params } from '../core/schema.ts'
import { schemaOfParam } from '../state/schema-parts.ts'
import { described } from '../system/described.ts'
import { errorCodeSchema, object, type Schema } from './openapi-schema.ts'
import { messageOf } from './tables.ts'

interface ActionOptions {
  readonly actions: readonly Action[]
  /** The path of each version of the API. */
  readonly paths: Readonly<Record<ApiVersion, string>>
  /** Whether 3.0 demands a Region. */
  readonly needsRegion: boolean
  /** Parameters that every operation has. */
  readonly parameters: readonly object[]
}

const requestId = { type: 'string', description: 'The id of the request.' }

/** An error of both versions of the API. It comes with HTTP status 200. */
export const errorSchema: Schema = object({
  Response: object({ Error: object({ Code: errorCodeSchema, Message: { type: 'string' } }), RequestId: requestId }),
})

/** An error of the account API. */
export const accountErrorSchema: Schema = object({ code: { type: 'integer', minimum: 1 }, message: { type: 'string' } })

/**
 * Returns an operation for each action and version of the API. Their path is one and the same, so that the fragment makes
 * it unique; no client sends a fragment.
 */
export const actionPaths = (options: ActionOptions): Record<string, object> =>
  Object.fromEntries(
    (['2017-03-12', '3.0'] as const).flatMap((apiVersion) =>
      options.actions
        .filter((action) => isIn(apiVersion, action))
        .map((action) => [
          `${options.paths[apiVersion]}#${action.name}`,
          { post: operationOf(apiVersion, action, options) },
        ]),
    ),
  )

function operationOf(apiVersion: ApiVersion, action: Action, { needsRegion, parameters }: ActionOptions): object {
  const { name, summary, api, response } = action
  const answer = [
    api === 'account' ? accountErrorSchema : errorSchema,
    successOf(action, fieldsOf(apiVersion, response)),
  ]
  const codes = documentedCodes(apiVersion, action)
  return {
    operationId: `${name}_${apiVersion.replaceAll(/\W/g, '_')}`,
    tags: [apiVersion],
    summary: summary.en,
    'x-summary-zh': summary.zh,
    // What the scope of a TC3 signature names, and the first label of the host
    'x-service': productOf(action),
    ...(apiVersion === '3.0'
      ? { parameters: [...headersOf(action, needsRegion), ...parameters], requestBody: jsonBody(action) }
      : { parameters, requestBody: formBody(action) }),
    responses: {
      200: {
        description: 'The answer, or an error.',
        content: { 'application/json': { schema: { anyOf: answer } } },
      },
    },
    'x-error-codes': Object.fromEntries(codes.map((code: ErrorCode) => [code, messageOf(code)])),
  }
}

function successOf({ api }: Action, fields: Fields): Schema {
  const schemas = schemasOf(fields)
  if (api === 'account') return object({ code: { const: 0 }, message: { type: 'string' }, ...schemas })
  return object({ Response: object({ ...schemas, RequestId: requestId }) })
}

const schemasOf = (fields: Fields): Record<string, Schema> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOfField(field)]))

function schemaOfField(field: Field): Schema {
  const { type, description } = field
  if (type === 'object') return { ...object(schemasOf(field.fields)), description }
  return type === 'array' ? { type, description, items: schemaOfField(field.items) } : { type, description }
}

const only = (value: string): Schema => ({ type: 'string', enum: [value] })
const secretId = {
  type: 'string',
  ...described(
    'Names the account. Without one it is `default`.',
    '密钥 ID，用于确定所属账号；未指定时使用账号 `default`。',
  ),
}
const region = {
  type: 'string',
  ...described('A region such as ap-guangzhou.', '地域，例如 ap-guangzhou。'),
}
const parametersOf = (fields: Params) =>
  ({
    type: 'object',
    description: { en: 'The parameters.', zh: '请求参数。' },
    fields,
    code: 'InvalidParameter',
  }) as const

/** The common parameters of 3.0. */
function headersOf(action: Action, needsRegion: boolean): object[] {
  const header = (name: string, required: boolean, schema: Schema) => ({ name, in: 'header', required, schema })
  return [
    header('X-TC-Action', true, only(action.name)),
    header('X-TC-Version', true, only(versionOf(action))),
    header('X-TC-Region', needsRegion && action.needsRegion !== false, region),
  ]
}

function jsonBody({ params, example }: Action): object {
  const own = ofApiVersion('3.0', params)
  const schema = schemaOf(parametersOf(own))
  return { required: true, content: { 'application/json': { schema, example: nest(own, example) } } }
}

/** A form, in which lists and structures have flat names such as `Filters.0.Name`. */
function formBody(action: Action): object {
  const { api, name, params, example } = action
  const common = { Action: only(name), ...(api !== 'account' && { Version: only(versionOf(action)) }) }
  const form: Form = { properties: { ...common, Region: region, SecretId: secretId }, patternProperties: {}, lists: {} }
  const own = ofApiVersion('2017-03-12', params)
  for (const [path, param] of Object.entries(own)) flatten(form, path, param)
  const { lists, ...properties } = form
  const required = Object.entries(own).flatMap(([path, { required, type }]) =>
    required && type !== 'array' ? [path] : [],
  )
  const schema = { type: 'object', required: [...Object.keys(common), ...required], ...properties, 'x-lists': lists }
  const sent = Object.fromEntries(Object.keys(common).map((key) => [key, key === 'Action' ? name : versionOf(action)]))
  const content = { schema, example: { ...sent, ...example } }
  return { required: true, content: { 'application/x-www-form-urlencoded': content } }
}

interface Form {
  readonly properties: Record<string, Schema>
  /** The members of lists at any index. */
  readonly patternProperties: Record<string, Schema>
  readonly lists: Record<
    string,
    ReturnType<typeof described> & { readonly required: boolean; readonly maxItems: number }
  >
}

function flatten(form: Form, path: string, param: Param): void {
  if (param.type === 'array') {
    const { description, required = false, maxItems } = param
    form.lists[path] = { ...described(description.en, description.zh), required, maxItems: maxItems.value }
    flatten(form, `${path}.0`, param.items)
  } else if (param.type === 'object') {
    for (const [name, field] of Object.entries(param.fields)) flatten(form, `${path}.${name}`, field)
  } else {
    form.properties[path] = schemaOf(param)
    if (path.includes('.')) {
      const pattern = path.replaceAll('.', '\\.').replaceAll('\\.0', '\\.\\d+')
      form.patternProperties[`^${pattern}$`] = schemaOf(param)
    }
  }
}

function schemaOf(param: Param): Schema {
  const { type } = param
  const texts = described(param.description.en, param.description.zh)
  switch (param.type) {
    case 'string': {
      const { format: _checkedByTheEmulator, ...schema } = schemaOfParam(param)
      return schema
    }
    case 'integer': {
      const { minimum, maximum, textInJson } = param
      return {
        type: textInJson ? [type, 'string'] : type,
        ...texts,
        minimum: minimum?.value ?? 0,
        maximum: maximum?.value ?? Number.MAX_SAFE_INTEGER,
        default: param.default,
      }
    }
    case 'boolean':
      return { type, ...texts, default: param.default }
    case 'array':
      return { type, ...texts, items: schemaOf(param.items), maxItems: param.maxItems.value }
    case 'object': {
      const fields = Object.entries(param.fields)
      const required = fields.flatMap(([name, field]) => (field.required ? [name] : []))
      return {
        type,
        ...texts,
        required,
        properties: Object.fromEntries(fields.map(([name, field]) => [name, schemaOf(field)])),
      }
    }
  }
}

type Flat = Readonly<Record<string, string>>

/** The JSON body of an example with flat names. */
const nest = (params: Params, sent: Flat, prefix = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, param]) => {
      const value = exampleOf(param, sent, prefix + name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

function exampleOf(param: Param, sent: Flat, path: string): unknown {
  if (param.type === 'array') {
    const members = Object.keys(sent).filter((name) => name.startsWith(`${path}.`))
    const indices = new Set(members.map((name) => name.slice(path.length + 1).split('.', 1)[0]))
    return indices.size > 0 ? [...indices].map((index) => exampleOf(param.items, sent, `${path}.${index}`)) : undefined
  }
  if (param.type === 'object') return nest(param.fields, sent, `${path}.`)
  const text = sent[path]
  return param.type === 'integer' && text !== undefined ? Number(text) : text
}
