/** The declared shape of an answer: its fields in the order in which they are sent. */
export type Field =
  | { readonly type: 'string' | 'integer'; readonly description: string }
  | { readonly type: 'object'; readonly description: string; readonly fields: Fields }

export type Fields = Readonly<Record<string, Field>>

type FieldValue<F extends Field> = F extends { readonly fields: infer Inner extends Fields }
  ? FieldValues<Inner>
  : F['type'] extends 'integer'
    ? number
    : string

/** What a handler returns for its declared response. */
export type FieldValues<F extends Fields> = { readonly [Name in keyof F]: FieldValue<F[Name]> }

/** The answer with the declared fields only, in declared order, whatever order the handler built them in. */
export function arrange(fields: Fields, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      field.type === 'object' ? arrange(field.fields, values[name] as Record<string, unknown>) : values[name],
    ]),
  )
}
