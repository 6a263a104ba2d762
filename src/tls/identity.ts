import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { messageOf, OperatorError } from '../system/errors.ts'
import { lazy } from '../system/lazy.ts'
import { createSystem } from '../system/system.ts'
import { loadAuthority } from './authority.ts'
import { type CertificateAndKey, issueCertificate } from './certificates.ts'

interface TlsOptions {
  /** The host names of the certificate; a first label `*` matches any one label. */
  readonly names: readonly string[]
  readonly tlsCa: string | undefined
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  readonly data: string | undefined
}

/** The certificate with which the emulator terminates TLS. */
export interface TlsIdentity {
  readonly names: readonly string[]
  /** The server certificate with its key; issued at its first use. */
  certificate(): Promise<CertificateAndKey>
  /** The certificate that clients must trust, as PEM. */
  trusted(): Promise<string>
}

/**
 * Uses the certificate of `--tls-cert`, or one issued by the emulator's own CA. Throws an OperatorError when `--tls-cert`
 * and `--tls-key` cannot be used.
 */
export function createTlsIdentity(options: TlsOptions): TlsIdentity {
  const { names } = options
  const configured = readConfigured(options)
  if (configured) return { names, certificate: async () => configured, trusted: async () => configured.cert }

  // Clients check certificates against the real time, not against the emulator's clock
  const system = createSystem()
  const authority = lazy(() => loadAuthority({ file: options.tlsCa, folder: options.data }, system))
  const certificate = lazy(async () => issueCertificate(system, await authority(), names))
  return { names, certificate, trusted: async () => (await authority()).cert }
}

function readConfigured({ tlsCert, tlsKey }: TlsOptions): CertificateAndKey | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new OperatorError('--tls-cert and --tls-key must be given together.')
  }
  try {
    const configured = { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') }
    createSecureContext(configured)
    return configured
  } catch (error) {
    throw new OperatorError(
      `--tls-cert ${tlsCert}, --tls-key ${tlsKey}: ${messageOf(error)}. Give a certificate and its private key, both in PEM.`,
    )
  }
}
