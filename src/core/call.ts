import type { ApiVersion } from './api-version.ts'
import type { ParamTree } from './params.ts'

/** What a request asks of the emulator itself, and the header or parameter it asked with. */
export interface ForcedFault {
  readonly source: string
  readonly value: string
}

/** A request, decoded and authenticated, whatever protocol it came by. */
export interface Call {
  readonly apiVersion: ApiVersion
  readonly account: string
  readonly action: string | undefined
  readonly version: string | undefined
  readonly region: string | undefined
  readonly params: ParamTree
  /** Where the parameters were looked for, for the caller who misses one. */
  readonly paramSource: string
  /** The same of the common ones, which 3.0 has in headers. */
  readonly commonSource: string
  readonly forced: { readonly error?: ForcedFault; readonly delay?: ForcedFault }
}
