import { type ApiVersion, ofApiVersion } from './schema.ts'

/** A declared field of an answer. Fields are declared in the order in which they are sent. */
export type Field = {
  readonly description: string
  /** Set when only this version of the API has the field. */
  readonly only?: ApiVersion
} & (
  | { readonly type: 'string' }
  | { readonly type: 'integer' }
  | { readonly type: 'boolean' }
  | { readonly type: 'object'; readonly fields: Fields }
  | { readonly type: 'array'; readonly items: Field }
)

export type Fields = Readonly<Record<string, Field>>

type FieldValue<F extends Field> = F extends { readonly fields: infer Inner extends Fields }
  ? FieldValues<Inner>
  : F extends { readonly items: infer Item extends Field }
    ? readonly FieldValue<Item>[]
    : F['type'] extends 'integer'
      ? number
      : F['type'] extends 'boolean'
        ? boolean
        : string

/** What a handler returns for its declared response. */
export type FieldValues<F extends Fields> = { readonly [Name in keyof F]: FieldValue<F[Name]> }

/** The fields of one version of the API, at every depth. */
export const fieldsOf = (apiVersion: ApiVersion, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(ofApiVersion(apiVersion, fields)).map(([name, field]) => [name, fieldOf(apiVersion, field)]),
  )

const fieldOf = (apiVersion: ApiVersion, field: Field): Field => {
  if (field.type === 'object') return { ...field, fields: fieldsOf(apiVersion, field.fields) }
  return field.type === 'array' ? { ...field, items: fieldOf(apiVersion, field.items) } : field
}

/** Returns the values with the declared fields only, in declared order. */
export function arrange(fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const arranged: Record<string, unknown> = {}
  for (const name in fields) arranged[name] = arrangeField(fields[name] as Field, values[name])
  return arranged
}

function arrangeField(field: Field, value: unknown): unknown {
  if (field.type === 'object') return arrange(field.fields, value as Record<string, unknown>)
  if (field.type === 'array') return (value as unknown[]).map((item) => arrangeField(field.items, item))
  return value
}
