import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, OperatorError } from '../system/errors.ts'
import { createSystem, type System } from '../system/system.ts'
import { createAuthority, type KeyedCertificate } from './certificates.ts'

interface AuthorityOptions {
  /** `--tls-ca`: certificate and key in one file, made if it does not exist. */
  readonly file: string | undefined
  /** `--data`: keeps an authority of its own when there is no such file. */
  readonly folder: string | undefined
}

/**
 * The authority that signs our certificates: of a file, of the data folder, or else in memory. A file is made with
 * rights for its owner alone: whoever reads it can pose as every server to those who trust it.
 * OperatorError when it holds no certificate of an authority with its key.
 */
export async function loadAuthority({ file, folder }: AuthorityOptions, system: System): Promise<KeyedCertificate> {
  const path = file ?? (folder === undefined ? undefined : join(folder, 'cvm-emulator-ca.pem'))
  if (path === undefined) return createAuthority(system)
  try {
    if (!existsSync(path)) save(path, await createAuthority(system))
    return read(path)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(`${path}: cannot be used as a certificate authority (${messageOf(error)}).`)
  }
}

/** Whole or not at all, so that of two who start at once both have the same. */
function save(path: string, { cert, key }: KeyedCertificate): void {
  const draft = `${path}.${draftName(cert)}`
  writeFileSync(draft, cert + key, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}

const draftName = (cert: string) => new X509Certificate(cert).serialNumber.slice(-8)

function read(path: string): KeyedCertificate {
  const text = readFileSync(path, 'utf8')
  const cert = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/.exec(text)?.[0]
  const key = /-----BEGIN (?:RSA )?PRIVATE KEY-----[\s\S]+?-----END (?:RSA )?PRIVATE KEY-----\n?/.exec(text)?.[0]
  const wrong = (what: string) =>
    new OperatorError(
      `${path}: ${what}. Give a file with the certificate and the RSA key of an authority, or one that does not exist yet.`,
    )
  if (!cert || !key) throw wrong('holds no certificate with its private key')
  const certificate = new X509Certificate(cert)
  if (!certificate.ca) throw wrong('holds a certificate that is no authority’s')
  if (new Date(certificate.validTo) < createSystem().now()) throw wrong(`expired at ${certificate.validTo}`)
  if (createPrivateKey(key).asymmetricKeyType !== 'rsa') throw wrong('holds a key that is not RSA')
  if (!certificate.checkPrivateKey(createPrivateKey(key)))
    throw wrong('holds a key that is not that of the certificate')
  return { cert, key }
}
