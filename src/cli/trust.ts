import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Environment } from '../config/config.ts'
import { messageOf, OperatorError } from '../system/errors.ts'

/** The variables that name a file of trusted certificates, each read by other clients (docs/clients.md). */
const variables = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']

const systemBundles = [
  // Debian, Ubuntu, Arch, Alpine
  '/etc/ssl/certs/ca-certificates.crt',
  // Fedora and RHEL
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  // SUSE
  '/etc/ssl/ca-bundle.pem',
  // macOS, the BSDs, Alpine without packages
  '/etc/ssl/cert.pem',
]

/** A temporary file of trusted certificates, and the variables that name it. */
export interface Trust {
  readonly variables: Readonly<Record<string, string>>
  remove(): void
}

/** Writes the certificates that are trusted in this environment, and `authority`, to a temporary file. */
export function trustAlso(authority: string, env: Environment): Trust {
  const folder = createFolder()
  const file = join(folder, 'ca.pem')
  writeFileSync(file, `${trustedCertificates(env).concat(authority.trim()).join('\n')}\n`)
  return {
    variables: Object.fromEntries(variables.map((name) => [name, file])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function createFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'cvm-emulator-'))
  } catch (error) {
    throw new OperatorError(
      `exec --with-proxy: no folder for the certificates: ${messageOf(error)}. Set TMPDIR to a folder that can be written.`,
    )
  }
}

/** The certificates of the system and those that any of the variables names, each once. */
export function trustedCertificates(env: Environment, bundles = systemBundles): string[] {
  const named = variables.map((name) => readCertificates(env[name]))
  const system = () => bundles.map(readCertificates).find(hasSome) ?? [...rootCertificates]
  // OpenSSL reads SSL_CERT_FILE in place of the system's file
  const base = named[0] && hasSome(named[0]) ? [] : system()
  return [...new Set([...base, ...named.flat()])]
}

const hasSome = (certificates: readonly string[]) => certificates.length > 0

/** The certificates in a file; none when it cannot be read. */
function readCertificates(file: string | undefined): string[] {
  if (!file) return []
  try {
    return readFileSync(file, 'latin1').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  } catch {
    return []
  }
}
