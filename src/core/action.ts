import type { Caller, KeySource } from '../keys/key-source.ts'
import type { Namespace } from '../store/store.ts'
import type { Ids } from '../system/ids.ts'
import type { MaybePromise } from '../system/maybe-promise.ts'
import type { System } from '../system/system.ts'
import type { Fields, FieldValues } from './answer.ts'
import type { Call, Language } from './call.ts'
import type { CodeOf2017, ErrorCode, Result } from './errors.ts'
import { upperFirst } from './params.ts'
import { type ApiVersion, type Bilingual, limitCodes, ofApiVersion, type Params, type ParamValues } from './schema.ts'

/** The services of 3.0 and the `Version` of their actions. 2017-03-12 has only the first, with the same Version. */
export const versions = { cvm: '2017-03-12', tag: '2018-08-13' } as const

export type Service = keyof typeof versions

/** The `Version` parameter of the key-pair actions, in both versions of the API. */
export const keyPairVersion = versions.cvm

/** What a handler may use: the data of its caller's account, and the sources of keys, ids and time. */
export interface ActionContext {
  readonly namespace: Namespace
  readonly keys: KeySource
  readonly ids: Ids
  readonly system: System
  readonly caller: Caller
  /** The Region of the request; undefined when none was sent. */
  readonly region: string | undefined
  /** The language of names in the answer. */
  readonly language: Language
  /** When an operation that begins now ends: binding key pairs to an instance takes a while. */
  operationEnds(): Date
}

/** The declaration of one action. Dispatcher, tables and tests all read it. */
export interface Declaration<P extends Params, R extends Fields, E extends ErrorCode, Differences> {
  readonly name: string
  /** One sentence on what it does, for the READMEs and docs/api.md. */
  readonly summary: Bilingual
  readonly params: P
  readonly response: R
  /** The codes that `handle` may return. The codes of parameter limits are declared with the limits. */
  readonly errors: readonly E[]
  /** The parameters of the documented example: flat names, and values as they are sent. */
  readonly example: Readonly<Record<string, string>>
  /**
   * Actions of the account API have their own envelope and no Version
   * (docs/behaviour.md#envelope-of-the-account-api).
   */
  readonly api?: 'account'
  /** Whether RequestId is the first field, as in the documented example (docs/behaviour.md#envelope-of-answers). */
  readonly requestIdFirst?: true
  /** Set when 3.0 does not need a Region for the action. */
  readonly needsRegion?: false
  /** Set when only this version of the API has the action. An action without `'3.0'` is not in 3.0. */
  readonly only?: ApiVersion
  /** The service of 3.0 that has the action, when it is not `cvm`. */
  readonly service?: Service
  /**
   * The codes that 3.0 documents in addition to those of the parameter limits and of `errors`, and the 3.0 code for each
   * code that it does not document.
   */
  readonly '3.0'?: { readonly errors: readonly ErrorCode[]; readonly codes?: Partial<Record<ErrorCode, ErrorCode>> }
  /** The 2017-03-12 code for each code that only 3.0 has. */
  readonly '2017-03-12'?: { readonly codes: Partial<Record<ErrorCode, CodeOf2017>> }
  /** Settings of the handler that differ between the versions of the API. */
  readonly differences?: Readonly<Record<ApiVersion, Differences>>
  handle(
    context: ActionContext,
    params: ParamValues<NoInfer<P>>,
    differences: NoInfer<Differences>,
  ): MaybePromise<Result<FieldValues<NoInfer<R>>, NoInfer<E>>>
}

export type Action = Declaration<Params, Fields, ErrorCode, unknown>

/**
 * Declares an action. The compiler checks `handle` against the declaration: its parameters, its answer and its codes.
 * `test/core/action.test.ts` checks that 2017-03-12 has a name for every code; as a type, that check would slow
 * compilation by seconds.
 */
export const defineAction = <
  const P extends Params,
  const R extends Fields,
  const E extends ErrorCode,
  Differences = undefined,
>(
  action: Declaration<P, R, E, Differences>,
): Action => action as unknown as Action

/** The service of 3.0 that has the action. */
export const serviceOf = ({ service = 'cvm' }: Action): Service => service

/** Returns a function that finds the service of an action by name and Version; undefined for one that 3.0 does not have. */
export function serviceLookup(actions: readonly Action[]): (name?: string, version?: string) => Service | undefined {
  const in30 = new Map(actions.filter((action) => isIn('3.0', action)).map((one) => [one.name, one]))
  return (name = '', version) => {
    const action = in30.get(upperFirst(name))
    return action && (version === undefined || version === versionOf(action)) ? serviceOf(action) : undefined
  }
}

/** The product of the action, as in its host: that of its service, or `account`. */
export const productOf = (action: Action): string => action.api ?? serviceOf(action)

/** Whether a call with the name of the action means it, and not that of another product or version. */
export function isCallOf(action: Action, { apiVersion, service, version }: Call): boolean {
  // The account API answers at both hosts of 2017-03-12
  const products: readonly string[] = [productOf(action), serviceOf(action)]
  return (
    isIn(apiVersion, action) &&
    (service === undefined || products.includes(service)) &&
    (version === undefined || version === versionOf(action))
  )
}

/** The `Version` with which the action is called. */
export const versionOf = (action: Action): string => versions[serviceOf(action)]

/** Whether a version of the API has this action. */
export const isIn = (apiVersion: ApiVersion, { only = apiVersion, '3.0': in30 }: Action): boolean =>
  only === apiVersion && (apiVersion === '2017-03-12' || in30 !== undefined)

/** The codes that a version of the API documents for the action. The common codes apply to every action and are not included. */
export function documentedCodes(apiVersion: ApiVersion, action: Action): ErrorCode[] {
  const params = Object.values(ofApiVersion(apiVersion, action.params))
  const required: ErrorCode[] = params.some((param) => param.required) ? ['MissingParameter'] : []
  const declared = [...required, ...params.flatMap(limitCodes), ...action.errors]
  const codes: Partial<Record<ErrorCode, ErrorCode>> = action[apiVersion]?.codes ?? {}
  const others = apiVersion === '3.0' ? (action['3.0']?.errors ?? []) : (['InternalServerError'] as const)
  return [...new Set([...declared.map((code) => codes[code] ?? code), ...others])]
}
