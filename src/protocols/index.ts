import type { Accounts } from '../identity/accounts.ts'
import { v3Protocol } from './3.0.ts'
import { v2Protocol } from './2017-03-12.ts'
import type { Authentication } from './auth/authenticate.ts'
import type { WireRequest } from './parse/request.ts'
import { isTc3 } from './parse/request.ts'
import type { Protocol } from './protocol.ts'

export const v2Path = '/v2/index.php'
const v3Path = '/'

/** Where the API is: 3.0 at `/`, and either at the older path, since clients mix them. */
export const apiPaths = [v2Path, v3Path]

/** The path of a request target. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? ''

export interface Protocols {
  /** The one that a request speaks; its head is enough to tell. */
  of(request: Pick<WireRequest, 'path' | 'headers'>): Protocol
}

export function createProtocols(accounts: Accounts, authentication: Authentication): Protocols {
  const [v2, v3] = [v2Protocol(accounts, authentication), v3Protocol(accounts, authentication)]
  return { of: ({ path, headers }) => (path === v3Path || speaksV3(headers) ? v3 : v2) }
}

/** Only clients of 3.0 send these headers (docs/behaviour.md#paths-and-api-versions). */
const speaksV3 = (headers: ReadonlyMap<string, string>) =>
  headers.has('x-tc-action') || headers.has('x-tc-version') || isTc3(headers)
