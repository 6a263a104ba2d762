/** JSON Schema of the name of an account. */
export const account = { type: 'string', minLength: 1, maxLength: 256 } as const

/** JSON Schema of a query string that may name one. */
export const accountQuery = { type: 'object', additionalProperties: false, properties: { account } } as const
