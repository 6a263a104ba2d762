import { createHmac } from 'node:crypto'
import type { Sent } from './api.ts'

/**
 * How a client signs. What is left out is done as documented (docs/behaviour.md#string-to-sign). This code is written
 * apart from the emulator, so that it cannot share a mistake with it.
 */
export interface Signing {
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly hash?: 'sha1' | 'sha256'
  readonly key?: string
  readonly encoding?: 'utf8' | 'latin1'
  /** The pairs that are signed, in the order in which they are. */
  arrange?(pairs: [string, string][]): [string, string][]
}

export const credential = { secretId: 'AKIDsigner', secretKey: 'SecretKeyOfTheSigner' }

/** The parameters with common ones and a Signature. */
export function sign(
  params: Sent,
  { method = 'GET', host = '127.0.0.1', path = '/v2/index.php', ...how }: Signing = {},
): Sent {
  const { hash = 'sha1', key = credential.secretKey, encoding = 'utf8', arrange = byName } = how
  const all = { SecretId: credential.secretId, Timestamp: '1489305600', Nonce: '345122', ...params }
  const pairs = arrange(
    Object.entries(all).map(([name, value]): [string, string] => [name.replaceAll('_', '.'), value]),
  )
  const text = `${method}${host}${path}?${pairs.map((pair) => pair.join('=')).join('&')}`
  return { ...all, Signature: createHmac(hash, key).update(text, encoding).digest('base64') }
}

export const byName = (pairs: [string, string][]) => pairs.sort(([a], [b]) => (a < b ? -1 : 1))
