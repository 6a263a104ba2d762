/** The type of the values that an `as const` JSON Schema describes, for the keywords that our schemas use. */
export type FromSchema<Schema> = Schema extends { readonly enum: readonly (infer Value)[] }
  ? Value
  : Schema extends { readonly type: infer Type }
    ? TypeTable<Schema>[(Type extends readonly unknown[] ? Type[number] : Type) & keyof TypeTable<Schema>]
    : unknown

interface TypeTable<Schema> {
  readonly string: string
  readonly integer: number
  readonly number: number
  readonly boolean: boolean
  readonly array: Schema extends { readonly items: infer Item; readonly minItems: 2; readonly maxItems: 2 }
    ? readonly [FromSchema<Item>, FromSchema<Item>]
    : Schema extends { readonly items: infer Item }
      ? readonly FromSchema<Item>[]
      : never
  readonly object: Schema extends { readonly properties: infer Properties }
    ? ObjectType<Properties, Schema extends { readonly required: readonly (infer Name)[] } ? Name : never>
    : Schema extends { readonly additionalProperties: infer Item }
      ? Readonly<Record<string, FromSchema<Item>>>
      : never
}

type ObjectType<Properties, Required> = {
  readonly [Name in keyof Properties & Required]: FromSchema<Properties[Name]>
} & {
  readonly [Name in Exclude<keyof Properties, Required>]?: FromSchema<Properties[Name]>
}
