import { language, texts } from './texts.ts'

/** The OpenAPI document of the emulator, from which the page takes actions, parameters, limits and their texts. */
export interface OpenApi {
  readonly paths: Members<Members<Route>>
  readonly components: { readonly schemas: Members<Schema> }
}

type Members<Value> = Readonly<Record<string, Value>>

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly 'x-description-zh'?: string
  readonly items?: Schema
  readonly properties?: Members<Schema>
  readonly required?: boolean | readonly string[]
  readonly enum?: readonly unknown[]
  readonly oneOf?: readonly { readonly const: string }[]
  /** The lists of a form, whose members have names such as `KeyIds.0`. */
  readonly 'x-lists'?: Members<Schema>
  readonly [limit: string]: unknown
}

interface Route {
  readonly summary: string
  readonly 'x-summary-zh'?: string
  readonly 'x-service'?: string
  readonly parameters?: readonly { readonly name?: string; readonly required?: boolean; readonly schema?: Schema }[]
  readonly requestBody?: { readonly content: Members<{ readonly schema: Schema; readonly example?: Members<unknown> }> }
}

/** An action in one version of the API. */
export interface Operation {
  readonly action: string
  readonly apiVersion: '2017-03-12' | '3.0'
  /** Empty for an action without Version. */
  readonly version: string
  readonly path: string
  /** The product that a signature names. */
  readonly service: string
  readonly summary: string
  readonly fields: readonly Field[]
}

/** What a form asks for. */
export interface Field {
  readonly name: string
  /** json: any value as JSON; any: JSON, or else the text itself; list: a text per line. */
  readonly kind: 'text' | 'secret' | 'number' | 'choice' | 'list' | 'json' | 'any'
  readonly isRequired?: boolean
  readonly hint?: string
  /** The values of a choice, or proposals for other kinds. */
  readonly options?: readonly string[]
  /** The documented example. */
  readonly example?: string
}

/** The actions: their paths have a fragment, which no client sends. */
export const operationsOf = ({ paths }: OpenApi): readonly Operation[] =>
  Object.entries(paths).flatMap(([key, { post }]) => {
    const [path = '', action] = key.split('#')
    if (!action || !post) return []
    const { 'application/json': json, 'application/x-www-form-urlencoded': form } = post.requestBody?.content ?? {}
    const { schema = {}, example = {} } = json ?? form ?? {}
    const headers = post.parameters ?? []
    const header = (name: string) => headers.find((parameter) => parameter.name === `X-TC-${name}`)
    const versions = json ? header('Version')?.schema : schema.properties?.Version
    const { schema: region, required: needsRegion = false } = header('Region') ?? {}
    const properties = { ...schema.properties, ...(region && { Region: { ...region, required: needsRegion } }) }
    const documented = json ? { ...(needsRegion && { Region: 'ap-guangzhou' }), ...example } : nest(example)
    return {
      action,
      path,
      apiVersion: json ? '3.0' : '2017-03-12',
      version: String(versions?.enum?.[0] ?? ''),
      service: post['x-service'] ?? 'cvm',
      summary: localized(post.summary, post['x-summary-zh']),
      fields: fieldsOf({ ...schema, properties }, documented),
    }
  })

/** The fields of the body of a control route, such as `/faults`. */
export function controlFields({ paths, components }: OpenApi, path: string, method = 'post'): readonly Field[] {
  const schema = paths[`/_emulator${path}`]?.[method]?.requestBody?.content['application/json']?.schema ?? {}
  const name = schema.$ref?.split('/').at(-1)
  return fieldsOf(name === undefined ? schema : (components.schemas[name] ?? {}))
}

/** What a form of 2017-03-12 has besides the parameters of the action. */
const common = ['Action', 'Version', 'SecretId']

function fieldsOf(
  { properties = {}, required, 'x-lists': lists = {} }: Schema,
  example: Members<unknown> = {},
): Field[] {
  const names = new Set(Object.keys(properties).map((name) => name.split('.', 1)[0] ?? ''))
  return [...names].flatMap((name) => {
    if (common.includes(name)) return []
    const schema = properties[name] ?? { ...lists[name], type: 'array', items: properties[`${name}.0`] ?? {} }
    const kind = kindOf(schema)
    return {
      name,
      kind,
      isRequired: schema.required === true || [required].flat().includes(name),
      hint: hintOf(schema, kind),
      options: kind === 'choice' ? ['', ...(schema.enum ?? [true, false]).map(String)] : [],
      example: toText(example[name], kind),
    }
  })
}

function kindOf({ type, items, enum: values }: Schema): Field['kind'] {
  const [first, ...others] = [type ?? []].flat().filter((name) => name !== 'null')
  if (values || first === 'boolean') return 'choice'
  if (first === undefined || others.length > 0) return 'any'
  if (first === 'array' && items?.type === 'string') return 'list'
  if (first === 'integer' || first === 'number') return 'number'
  return first === 'string' ? 'text' : 'json'
}

const limits = ['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'maxItems', 'default']

/** What the document has in Chinese is shown in Chinese. */
const localized = (en = '', zh = en) => (language === 'zh' ? zh : en)

function hintOf(schema: Schema, kind: Field['kind']): string {
  const text = localized(schema.description, schema['x-description-zh']).replaceAll('`', '')
  const given = limits.filter((name) => schema[name] !== undefined && schema[name] !== Number.MAX_SAFE_INTEGER)
  const form = kind === 'list' || kind === 'json' ? [texts[kind]] : []
  const rest = [...form, ...given.map((name) => `${name} ${schema[name]}`)].join(', ')
  return rest === '' ? text : `${text} (${rest})`
}

/** Makes lists and objects of flat names, such as `KeyIds.1`. */
function nest(flat: Members<unknown>): Members<unknown> {
  const root: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(flat)) {
    const [name = '', ...rest] = path.split('.')
    root[name] = rest.length > 0 ? { ...(root[name] as object), [rest.join('.')]: value } : value
  }
  const toValue = (value: unknown): unknown => {
    if (typeof value !== 'object') return value
    const inner = nest(value as Members<unknown>)
    return Object.keys(inner).every((name) => /^\d+$/.test(name)) ? Object.values(inner) : inner
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, toValue(value)]))
}

/** A value as its field shows it. */
export function toText(value: unknown, kind: Field['kind']): string {
  if (value === undefined || value === null) return ''
  if (kind === 'list') return [value].flat().join('\n')
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value)
}

/**
 * The values that a form has, without those that are empty. What has the wrong type is left as a text, so that the emulator
 * says what is wrong; throws for what is no JSON. A form of 2017-03-12 has nothing but texts.
 */
export function readForm(fields: readonly Field[], texts: Members<string>, hasTypes = true): Record<string, unknown> {
  const given = fields.filter(({ name }) => texts[name])
  const toValue = ({ name, kind }: Field, text = '') => {
    if (kind === 'list') return text.split('\n').filter((line) => line !== '')
    if (kind === 'text' || kind === 'secret' || (kind !== 'json' && !hasTypes)) return text
    try {
      return JSON.parse(text)
    } catch (error) {
      if (kind === 'json') throw new Error(`${name}: ${(error as Error).message}`)
      return text
    }
  }
  return Object.fromEntries(given.map((field) => [field.name, toValue(field, texts[field.name])]))
}
