/** What a call of either version sends as `Version` for the actions of key pairs. */
export const keyPairVersion = '2017-03-12'

/** The versions of the API (docs/behaviour.md#paths-and-api-versions). */
export type ApiVersion = '2017-03-12' | '3.0'
