import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { messageOf, OperatorError } from '../system/errors.ts'
import { lazy } from '../system/lazy.ts'
import { createSystem } from '../system/system.ts'
import { loadAuthority } from './authority.ts'
import { issueCertificate, type KeyedCertificate } from './certificates.ts'

interface TlsOptions {
  /** The names that the certificate is for; `*` stands for one label. */
  readonly names: readonly string[]
  readonly tlsCa: string | undefined
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  readonly data: string | undefined
}

/** As whom the emulator speaks TLS. */
export interface TlsIdentity {
  readonly names: readonly string[]
  /** The server's certificate, made at its first use. */
  certificate(): Promise<KeyedCertificate>
  /** The certificate that clients are to trust, as PEM. */
  trusted(): Promise<string>
}

/** The operator's certificate, or one of our own authority. OperatorError when the operator's cannot be used. */
export function createTlsIdentity(options: TlsOptions): TlsIdentity {
  const { names } = options
  const given = readGiven(options)
  if (given) return { names, certificate: async () => given, trusted: async () => given.cert }

  // Clients check certificates against the real time, whatever ours is
  const machine = createSystem()
  const authority = lazy(() => loadAuthority({ file: options.tlsCa, folder: options.data }, machine))
  const certificate = lazy(async () => issueCertificate(machine, await authority(), names))
  return { names, certificate, trusted: async () => (await authority()).cert }
}

function readGiven({ tlsCert, tlsKey }: TlsOptions): KeyedCertificate | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new OperatorError('--tls-cert and --tls-key belong together: give both or neither.')
  }
  try {
    const given = { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') }
    createSecureContext(given)
    return given
  } catch (error) {
    throw new OperatorError(`--tls-cert ${tlsCert}, --tls-key ${tlsKey}: cannot be used (${messageOf(error)}).`)
  }
}
