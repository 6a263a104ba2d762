import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, OperatorError } from '../system/errors.ts'
import { createSystem, type System } from '../system/system.ts'
import { type CertificateAndKey, createAuthority } from './certificates.ts'

interface AuthorityOptions {
  /** `--tls-ca`: a file with certificate and key; created if it does not exist. */
  readonly file: string | undefined
  /** `--data`: the folder that stores the CA when `file` is undefined. */
  readonly folder: string | undefined
}

/**
 * Loads the CA that signs the server certificate from a file or from the data folder, or creates one in memory. A new file
 * is readable only for its owner, because anyone who has the key can impersonate any server to clients that trust the CA.
 * Rejects with an OperatorError when the file does not contain a valid CA certificate with its key.
 */
export async function loadAuthority({ file, folder }: AuthorityOptions, system: System): Promise<CertificateAndKey> {
  const path = file ?? (folder === undefined ? undefined : join(folder, 'cvm-emulator-ca.pem'))
  if (path === undefined) return createAuthority(system)
  try {
    if (!existsSync(path)) createFile(path, await createAuthority(system))
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

/** Creates the file atomically and keeps an existing one, so that two processes that start together use the same CA. */
function createFile(path: string, { cert, key }: CertificateAndKey): void {
  const draft = `${path}.${draftSuffix(cert)}`
  writeFileSync(draft, cert + key, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}

const draftSuffix = (cert: string) => new X509Certificate(cert).serialNumber.slice(-8)

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
