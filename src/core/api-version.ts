/** The one version of the API that is emulated. */
export const apiVersion = '2017-03-12'

/** The generations of the API: `v2` is 2017-03-12, `v3` is 3.0 (docs/behaviour.md#paths-and-api-versions). */
export type Generation = 'v2' | 'v3'
