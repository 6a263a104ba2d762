import { createHmac } from 'node:crypto'
import type { Sent } from './api.ts'

/**
 * How a client signs. Omitted values are as documented (docs/behaviour.md#string-to-sign). This code shares nothing with
 * the emulator, so that it cannot have the same mistake.
 */
export interface Signing {
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly hash?: 'sha1' | 'sha256'
  readonly key?: string
  readonly encoding?: 'utf8' | 'latin1'
  /** Returns the pairs to sign, in the order of signing. */
  arrange?(pairs: [string, string][]): [string, string][]
}

export const credential = { secretId: 'AKIDsigner', secretKey: 'SecretKeyOfTheSigner' }

/** Adds the common parameters and a Signature. */
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
