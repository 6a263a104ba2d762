import type { Caller, KeySource } from '../keys/key-source.ts'
import type { Namespace } from '../store/store.ts'
import type { Ids } from '../system/ids.ts'
import type { MaybePromise } from '../system/maybe-promise.ts'
import type { System } from '../system/system.ts'
import type { Fields, FieldValues } from './answer.ts'
import type { ApiVersion } from './api-version.ts'
import type { CodeOf2017, ErrorCode, Result } from './errors.ts'
import { limitCodes, ofApiVersion, type Params, type ParamValues } from './schema.ts'

/** What a handler may touch: its caller's own key pairs, projects and limits, and the doors to keys, ids and time. */
export interface ActionContext {
  readonly namespace: Namespace
  readonly keys: KeySource
  readonly ids: Ids
  readonly system: System
  readonly caller: Caller
  /** The caller's Region; undefined when none was sent. */
  readonly region: string | undefined
  /** How long binding key pairs to an instance takes, in milliseconds. */
  readonly operationDelay: number
}

/** One operation of the API, declared once; whatever needs to know the API reads these. */
export interface Declaration<P extends Params, R extends Fields, E extends ErrorCode, Differences> {
  readonly name: string
  /** One sentence on what it does, for the READMEs and docs/api.md. */
  readonly summary: { readonly en: string; readonly zh: string }
  readonly params: P
  readonly response: R
  /** The codes that `handle` may return; those beside a parameter's limits are not repeated here. */
  readonly errors: readonly E[]
  /** Parameters of the documented example, by their flat names and as they are sent. */
  readonly example: Readonly<Record<string, string>>
  /**
   * Actions of the account API have an envelope of their own and no Version
   * (docs/behaviour.md#envelope-of-the-account-api).
   */
  readonly api?: 'account'
  /** The documented example has the RequestId first (docs/behaviour.md#envelope-of-answers). */
  readonly requestIdFirst?: true
  /** The version of the API that alone has it; 3.0 has no action without `'3.0'`. */
  readonly only?: ApiVersion
  /** Its Version, where it is not that of the key pairs. */
  readonly version?: string
  /**
   * How 3.0 has it: its documented list of codes, and which of them it answers in place of one that is not in the list.
   */
  readonly '3.0'?: { readonly errors: readonly ErrorCode[]; readonly codes?: Partial<Record<ErrorCode, ErrorCode>> }
  /** What 2017-03-12 calls the codes that only 3.0 has. */
  readonly '2017-03-12'?: { readonly codes: Partial<Record<ErrorCode, CodeOf2017>> }
  /** What the handler is told to do otherwise from one generation to the other. */
  readonly differences?: Readonly<Record<ApiVersion, Differences>>
  handle(
    context: ActionContext,
    params: ParamValues<NoInfer<P>>,
    differences: NoInfer<Differences>,
  ): MaybePromise<Result<FieldValues<NoInfer<R>>, NoInfer<E>>>
}

export type Action = Declaration<Params, Fields, ErrorCode, unknown>

/**
 * Declares an action. The compiler holds `handle` to the declaration: the parameters it gets, the answer it returns,
 * and that it returns no code which is not listed. `test/core/action.test.ts` checks that each generation has a name
 * for every code, which would cost the compiler seconds.
 */
export const defineAction = <
  const P extends Params,
  const R extends Fields,
  const E extends ErrorCode,
  Differences = undefined,
>(
  action: Declaration<P, R, E, Differences>,
): Action => action as unknown as Action

/** Whether a generation has this action. */
export const isIn = (apiVersion: ApiVersion, { only = apiVersion, '3.0': in30 }: Action): boolean =>
  only === apiVersion && (apiVersion === '2017-03-12' || in30 !== undefined)

/** Every code the action can answer by itself: its documented table (the common codes apply on top). */
export function documentedCodes(action: Action): ErrorCode[] {
  const params = Object.values(ofApiVersion(action.only ?? '2017-03-12', action.params))
  const required: ErrorCode[] = params.some((param) => param.required) ? ['MissingParameter'] : []
  const own = [...required, ...params.flatMap(limitCodes), ...action.errors, 'InternalServerError' as const]
  return [...new Set(own.map((code) => action['2017-03-12']?.codes[code] ?? code))]
}
