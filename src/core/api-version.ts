/** The one version of the API that is emulated. */
export const apiVersion = '2017-03-12'

/** The generations of the API: 2017-03-12 and 3.0 (spec/common.md §1, G2 and G3). */
export type Generation = 'v2' | 'v3'
