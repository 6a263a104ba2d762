import type { Wish } from './forcing.ts'
import type { Generation } from './generation.ts'
import type { ParamTree } from './params.ts'

/** The one version of the API that is emulated. */
export const apiVersion = '2017-03-12'

/** A request, decoded and authenticated, whatever protocol it came by. */
export interface ApiCall {
  readonly generation: Generation
  readonly account: string
  readonly action: string | undefined
  readonly version: string | undefined
  readonly region: string | undefined
  readonly params: ParamTree
  /** Where the parameters were looked for, for the caller who misses one. */
  readonly lookedIn: string
  /** The same of the common ones, which 3.0 has in headers. */
  readonly commonIn: string
  readonly forced: { readonly error?: Wish; readonly delay?: Wish }
}
