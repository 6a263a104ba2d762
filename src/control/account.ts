/** JSON Schema of an account name. */
export const account = { type: 'string', minLength: 1, maxLength: 256 } as const

/** JSON Schema of a query string with an optional account. */
export const accountQuery = { type: 'object', additionalProperties: false, properties: { account } } as const
