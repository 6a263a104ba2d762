import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { messageOf, OperatorError } from '../system/errors.ts'
import { matchesHostName } from '../system/host-names.ts'
import { lazy } from '../system/lazy.ts'
import { createSystem, type System } from '../system/system.ts'
import type { CertificateAndKey } from './certificates.ts'
import { createKeyFile } from './key-file.ts'

interface TlsOptions {
  /** The host names of the certificate; a first label `*` matches any one label. */
  readonly names: readonly string[]
  /** Whether a name is another host of the service, for which a certificate is issued when it is asked for. */
  isServiceHost(name: string): boolean
  /** A file with the certificate and key of the CA; created if it does not exist. */
  readonly tlsCa: string | undefined
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  /** The folder that stores the CA when `tlsCa` is undefined. */
  readonly data: string | undefined
  /** Makes an RSA private key of this size, as PEM. */
  makeKey(bits: number): Promise<string>
}

const keyBits = 2048

/** Only a client of HTTPS or of the proxy needs a certificate. */
const loadCertificates = () => import('./certificates.ts')

/** The certificate with which the emulator terminates TLS. */
export interface TlsIdentity {
  readonly names: readonly string[]
  /** Whether the emulator terminates TLS for this host name. */
  isOwnName(name: string): boolean
  /** The server certificate with its key, for `names`; issued at its first use. */
  certificate(): Promise<CertificateAndKey>
  /** The certificate for a host that `names` does not have; undefined when that of `names` is to be used. */
  contextFor(name: string): Promise<SecureContext | undefined>
  /** The certificate that clients must trust, as PEM. */
  trusted(): Promise<string>
}

/**
 * Uses the certificate of `--tls-cert`, or one issued by the emulator's own CA. Throws an OperatorError when `--tls-cert`
 * and `--tls-key` cannot be used.
 */
export function createTlsIdentity(options: TlsOptions): TlsIdentity {
  const { names } = options
  const isOwnName = (name: string) => matchesHostName(names, name) || options.isServiceHost(name.toLowerCase())
  const configured = readConfigured(options)
  if (configured) {
    const certificate = async () => configured
    return { names, isOwnName, certificate, contextFor: async () => undefined, trusted: async () => configured.cert }
  }

  // Clients check certificates against the real time, not against the emulator's clock
  const system = createSystem()
  const authority = lazy(() => loadAuthority(options, system))
  const certificate = lazy(async () => {
    const { issueCertificate } = await loadCertificates()
    return issueCertificate(system, await authority(), names, await options.makeKey(keyBits))
  })
  // A wildcard covers one label, and a certificate with a name for each region would be too long for some clients. There
  // are fewer than a thousand such names.
  const issueContext = async (wildcard: string) => {
    const { key } = await certificate()
    const { issueCertificate } = await loadCertificates()
    return createSecureContext(await issueCertificate(system, await authority(), [wildcard], key))
  }
  const contexts = new Map<string, () => Promise<SecureContext>>()
  const contextFor = async (hostName: string) => {
    const name = hostName.toLowerCase()
    if (matchesHostName(names, name) || !options.isServiceHost(name)) return undefined
    const wildcard = name.replace(/^[^.]+/, '*')
    const context = contexts.get(wildcard) ?? lazy(() => issueContext(wildcard))
    contexts.set(wildcard, context)
    return context()
  }
  return { names, isOwnName, certificate, contextFor, trusted: async () => (await authority()).cert }
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

/**
 * Loads the CA that signs the server certificate from a file or from the data folder, or creates one in memory. A new file
 * is readable only for its owner, because anyone who has the key can impersonate any server to clients that trust the CA.
 * Rejects with an OperatorError when the file does not contain a valid CA certificate with its key.
 */
async function loadAuthority({ tlsCa, data, makeKey }: TlsOptions, system: System): Promise<CertificateAndKey> {
  const path = tlsCa ?? (data === undefined ? undefined : join(data, 'cvm-emulator-ca.pem'))
  const { createAuthority } = await loadCertificates()
  const create = async () => createAuthority(system, await makeKey(keyBits))
  if (path === undefined) return create()
  const created = existsSync(path) ? undefined : await create()
  try {
    if (created)
      createKeyFile(path, created.cert + created.key, new X509Certificate(created.cert).serialNumber.slice(-8))
    return readFile(path)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw fileError(path, messageOf(error))
  }
}

/** `path` is that of `--tls-ca`, or a file in the folder of `--data`. */
const fileError = (path: string, problem: string): OperatorError =>
  new OperatorError(
    `CA file ${path}: ${problem}. The file must contain the certificate of a CA and its RSA key. A missing file is created if its folder exists.`,
  )

function readFile(path: string): CertificateAndKey {
  const text = readFileSync(path, 'utf8')
  const cert = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/.exec(text)?.[0]
  const key = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----\n?/.exec(text)?.[0]
  if (!cert || !key) throw fileError(path, 'the file does not contain a certificate and a private key')
  const certificate = new X509Certificate(cert)
  if (!certificate.ca) throw fileError(path, 'the certificate is not a CA certificate')
  if (new Date(certificate.validTo) < createSystem().now())
    throw fileError(path, `the certificate expired at ${certificate.validTo}`)
  if (createPrivateKey(key).asymmetricKeyType !== 'rsa') throw fileError(path, 'the private key is not an RSA key')
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw fileError(path, 'the private key does not belong to the certificate')
  return { cert, key }
}
