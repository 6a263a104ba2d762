/** The `Version` parameter of the key-pair actions, in both versions of the API. */
export const keyPairVersion = '2017-03-12'

/** The versions of the API (docs/behaviour.md#paths-and-api-versions). */
export type ApiVersion = '2017-03-12' | '3.0'
