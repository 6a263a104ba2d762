import { type Failure, fail } from '../core/errors.ts'

/** In bytes. The page of the TC3 signature allows a body of 10 MB (docs/behaviour.md#sizes-of-requests). */
export const bodyLimit = 10 * 1024 * 1024
export const headerLimit = 64 * 1024

/** How long a client may take, in milliseconds; the checking makes it up to so much longer. */
export interface Timeouts {
  readonly headers: number
  readonly request: number
  readonly checking: number
}

export const defaultTimeouts: Timeouts = { headers: 10_000, request: 60_000, checking: 1_000 }

export const bodyTooLarge = fail('InvalidParameter', { detail: `The body exceeds ${bodyLimit} bytes.` })

/** What an API call is told when Node's HTTP parser refuses it, by the parser's code. */
export function parserRefusal(code: string | undefined): Failure {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return fail('InvalidParameter', { detail: `Request line and headers exceed ${headerLimit} bytes.` })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return fail('InvalidParameter', { detail: 'The request did not arrive in time.' })
  }
  return fail('InvalidParameter', {
    detail: `The request is not valid HTTP/1.1 (${code ?? 'unknown'}); all but ASCII must be percent-encoded.`,
  })
}

/** Whether the parser choked on a TLS handshake: a client speaks HTTPS to the HTTP port, as SDKs do by default. */
export function isTlsHello(error: Error): boolean {
  const { rawPacket } = error as { rawPacket?: unknown }
  return Buffer.isBuffer(rawPacket) && rawPacket[0] === 0x16 && rawPacket[1] === 3
}

export const tlsOnPlainPort = fail('InvalidParameter', {
  detail: 'HTTPS came to the HTTP port: set the protocol of the client to http.',
})
