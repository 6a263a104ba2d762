import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { once } from '../once.ts'
import { messageOf, OperatorError } from '../operator-error.ts'
import type { Config } from '../options.ts'
import { createSystem } from '../system.ts'
import { loadAuthority } from './authority.ts'
import { issueCertificate, type KeyedCertificate } from './certificates.ts'
import { tlsNames } from './names.ts'

/** As whom the emulator speaks TLS. */
export interface TlsIdentity {
  readonly names: readonly string[]
  /** The server's certificate, made at its first use. */
  certificate(): Promise<KeyedCertificate>
  /** The certificate that clients are to trust, as PEM. */
  trusted(): Promise<string>
}

/** The operator's certificate, or one of our own authority. OperatorError when the operator's cannot be used. */
export function createTlsIdentity(config: Config): TlsIdentity {
  const names = tlsNames(config.tlsNames)
  const given = readGiven(config)
  if (given) return { names, certificate: async () => given, trusted: async () => given.cert }

  // Clients check certificates against the real time, whatever ours is
  const machine = createSystem()
  const authority = once(() => loadAuthority({ file: config.tlsCa, folder: config.data }, machine))
  const certificate = once(async () => issueCertificate(machine, await authority(), names))
  return { names, certificate, trusted: async () => (await authority()).cert }
}

function readGiven({ tlsCert, tlsKey }: Config): KeyedCertificate | undefined {
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
