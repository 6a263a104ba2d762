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

/** The error for a request that Fastify or Node's HTTP parser refuses. */
export const toApiError = (error: NodeJS.ErrnoException & { readonly rawPacket?: unknown }): Failure =>
  fail(error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? 'RequestSizeLimitExceeded' : 'InvalidParameter', {
    detail: toDetail(error),
  })

function toDetail({ code, rawPacket }: Parameters<typeof toApiError>[0]): string {
  // A TLS handshake begins with these bytes; SDKs use HTTPS by default
  if (Buffer.isBuffer(rawPacket) && rawPacket[0] === 0x16 && rawPacket[1] === 3) {
    return 'TLS handshake on the HTTP port: use http:// or --tls-port.'
  }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return `The body exceeds the limit of ${bodyLimit} bytes.`
    case 'HPE_HEADER_OVERFLOW':
      return `The request line and headers exceed the limit of ${headerLimit} bytes.`
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'The request did not arrive before the timeout.'
    default:
      return `The request is not valid HTTP/1.1 (${code ?? 'unknown'}); non-ASCII characters must be percent-encoded.`
  }
}
