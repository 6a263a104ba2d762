import type { Accounts } from '../accounts.js'
import type { Authentication } from './authentication.js'
import type { Protocol, WireRequest } from './protocol.js'
import { v2Protocol } from './v2.js'
import { v3Protocol } from './v3.js'

export const v2Path = '/v2/index.php'
const v3Path = '/'

/** Where the API is; both generations are answered at either, as clients mix them. */
export const apiPaths = [v2Path, v3Path]

/** The path of a request target. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? ''

export interface Protocols {
  /** The one that a request speaks. */
  of(request: WireRequest): Protocol
  /** The one that is usual at a path. */
  at(path: string): Protocol
}

export function createProtocols(accounts: Accounts, authentication: Authentication): Protocols {
  const [v2, v3] = [v2Protocol(accounts, authentication), v3Protocol(accounts, authentication)]
  const at = (path: string) => (path === v3Path ? v3 : v2)
  return { at, of: ({ path, headers }) => (speaksV3(headers) ? v3 : at(path)) }
}

/** What only clients of 3.0 send (spec/v3-differences.md, "Transport"). */
const speaksV3 = (headers: ReadonlyMap<string, string>) =>
  headers.has('x-tc-action') || headers.has('x-tc-version') || headers.get('authorization')?.startsWith('TC3-') === true
