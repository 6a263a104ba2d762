import { createHash, createHmac } from 'node:crypto'
import { type AnyAnswer, type Sent, version } from './api.ts'
import { credential } from './sign.ts'

/** Calls an action of 3.0 as its SDKs do by default (POST `/`, JSON, common parameters in headers), but unsigned. */
export async function call30(
  { url }: { readonly url: string },
  Action: string,
  params: unknown = {},
  headers: Sent = {},
): Promise<AnyAnswer> {
  const common = { 'Content-Type': 'application/json', 'X-TC-Action': Action, 'X-TC-Version': version }
  const body = typeof params === 'string' ? params : JSON.stringify(params)
  const response = await fetch(url, { method: 'POST', headers: { ...common, ...headers }, body })
  return response.json()
}

export const codeOf30 = ({ Response }: AnyAnswer): string => Response.Error?.Code ?? 'Success'

/**
 * What a client signs. Omitted values are as documented (docs/behaviour.md#authorization-header). This code shares
 * nothing with the emulator, so that it cannot have the same mistake.
 */
export interface Tc3Signing {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly payload?: string
  readonly host?: string
  readonly contentType?: string
  readonly timestamp?: number
  readonly date?: string
  /** The scope that is sent; by default the one that is signed. */
  readonly sentScope?: string
  readonly service?: string
  readonly signedHeaders?: string
  /** More header lines, each with its line feed. */
  readonly more?: string
  readonly key?: string
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** The value of `Authorization`. */
export function tc3({
  method = 'POST',
  path = '/',
  query = '',
  payload = '',
  host = '127.0.0.1',
  contentType = 'application/json',
  timestamp = 1489305600,
  date = new Date(timestamp * 1000).toISOString().slice(0, 10),
  service = 'cvm',
  signedHeaders = 'content-type;host',
  more = '',
  key = credential.secretKey,
  sentScope = `${date}/${service}`,
}: Tc3Signing): string {
  const headers = `content-type:${contentType}\nhost:${host}\n${more}`
  const canonical = [method, path, query, headers, signedHeaders, sha256(payload)].join('\n')
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${sha256(canonical)}`
  const signature = createHmac('sha256', hmac(hmac(hmac(`TC3${key}`, date), service), 'tc3_request')).update(text)
  const scope = `${credential.secretId}/${sentScope}/tc3_request`
  return `TC3-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature.digest('hex')}`
}
