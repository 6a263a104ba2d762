import { type Failure, fail } from '../core/errors.ts'

/** In bytes. The page of the TC3 signature allows bodies of 10 MB (docs/behaviour.md#sizes-of-requests). */
export const bodyLimit = 10 * 1024 * 1024
export const headerLimit = 64 * 1024

/** How long a client may take to send the headers and the request, in milliseconds. */
export interface Timeouts {
  readonly headers: number
  readonly request: number
  /** How often Node looks for expired connections: a timeout may take this much longer. */
  readonly checkInterval: number
}

export const defaultTimeouts: Timeouts = { headers: 10_000, request: 60_000, checkInterval: 1_000 }

export const bodyTooLarge = fail('InvalidParameter', { detail: `The body exceeds the limit of ${bodyLimit} bytes.` })

/** The error for a request that Node's HTTP parser refuses. `code` is the code of the parser error. */
export function toApiError(code: string | undefined): Failure {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return fail('InvalidParameter', {
      detail: `The request line and headers exceed the limit of ${headerLimit} bytes.`,
    })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return fail('InvalidParameter', { detail: 'The request did not arrive before the timeout.' })
  }
  return fail('InvalidParameter', {
    detail: `The request is not valid HTTP/1.1 (${code ?? 'unknown'}); non-ASCII characters must be percent-encoded.`,
  })
}

/** Whether the bytes that the parser refused are a TLS handshake: SDKs use HTTPS by default. */
export function isTlsHandshake(error: Error): boolean {
  const { rawPacket } = error as { rawPacket?: unknown }
  return Buffer.isBuffer(rawPacket) && rawPacket[0] === 0x16 && rawPacket[1] === 3
}

export const tlsOnPlainPort = fail('InvalidParameter', {
  detail: 'TLS handshake on the HTTP port: use http:// or --tls-port.',
})
