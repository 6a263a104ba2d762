import type { Accounts } from '../identity/accounts.ts'
import { rulesOf30 } from './3.0.ts'
import { rulesOf2017 } from './2017-03-12.ts'
import type { Authentication } from './auth/authenticate.ts'
import { createProtocol, type Protocol, type ServiceOf } from './decode.ts'
import { isTc3, type WireRequest } from './parse/request.ts'

export const v2Path = '/v2/index.php'
const rootPath = '/'

/** 3.0 is at `/`, and both versions are at the older path (docs/behaviour.md#paths-and-api-versions). */
export const pathOfVersion = { '2017-03-12': v2Path, '3.0': rootPath } as const
export const apiPaths: readonly string[] = Object.values(pathOfVersion)

/** The path of a request target. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? ''

export interface Protocols {
  /** Returns the protocol of a request. */
  of(request: Pick<WireRequest, 'path' | 'headers'>): Protocol
}

export function createProtocols(accounts: Accounts, authentication: Authentication, serviceOf: ServiceOf): Protocols {
  const protocol2017 = createProtocol(rulesOf2017, accounts, authentication, serviceOf)
  const protocol30 = createProtocol(rulesOf30, accounts, authentication, serviceOf)
  return { of: ({ path, headers }) => (path === rootPath || has30Headers(headers) ? protocol30 : protocol2017) }
}

/** Only clients of 3.0 send these headers (docs/behaviour.md#paths-and-api-versions). */
const has30Headers = (headers: ReadonlyMap<string, string>) =>
  headers.has('x-tc-action') || headers.has('x-tc-version') || isTc3(headers)
