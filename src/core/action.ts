import type { Ids } from '../ids.js'
import type { Caller, KeySource } from '../keys/key-source.js'
import type { Namespace } from '../store/store.js'
import type { System } from '../system.js'
import type { ErrorCode, Result } from './errors.js'
import type { Fields, FieldValues } from './response.js'
import { limitCodes, type Params, type ParamValues } from './schema.js'
import type { Soon } from './soon.js'

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
export interface Action<P extends Params = Params, R extends Fields = Fields, E extends ErrorCode = ErrorCode> {
  readonly name: string
  /** One sentence on what it does, for the READMEs. */
  readonly summary: { readonly en: string; readonly zh: string }
  readonly params: P
  readonly response: R
  /** The codes that `handle` may return; those beside a parameter's limits are not repeated here. */
  readonly errors: readonly E[]
  /** Parameters of the documented example, by their flat names and as they are sent. */
  readonly example: Readonly<Record<string, string>>
  /** Actions of the account API have an envelope of their own, and no Version (spec/projects.md). */
  readonly api?: 'account'
  /** The documented example has the RequestId first (spec/key-pairs.md §2). */
  readonly requestIdFirst?: true
  handle(context: ActionContext, params: ParamValues<NoInfer<P>>): Soon<Result<FieldValues<NoInfer<R>>, NoInfer<E>>>
}

/** Checks an action against its own declaration: parameters, answer, and that it returns no code it does not list. */
export const defineAction = <const P extends Params, const R extends Fields, const E extends ErrorCode>(
  action: Action<P, R, E>,
): Action => action as unknown as Action

/** Every code the action can answer by itself: its documented table (the common codes apply on top). */
export function documentedCodes(action: Action): ErrorCode[] {
  const params = Object.values(action.params)
  const required: ErrorCode[] = params.some((param) => param.required) ? ['MissingParameter'] : []
  return [...new Set([...required, ...params.flatMap(limitCodes), ...action.errors, 'InternalServerError' as const])]
}
