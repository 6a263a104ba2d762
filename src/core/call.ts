import type { Generation } from './api-version.ts'
import type { ParamTree } from './params.ts'

/** What a request asks of the emulator itself, and the header or parameter it asked with. */
export interface Wish {
  readonly source: string
  readonly value: string
}

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
