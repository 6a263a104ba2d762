import { isIP } from 'node:net'
import { lazy } from '../system/lazy.ts'
import type { System } from '../system/system.ts'

/** A certificate and its private key, as PEM. */
export interface CertificateAndKey {
  readonly cert: string
  readonly key: string
}

interface CertificateSpec {
  /** The common name of the subject. */
  readonly name: string
  /** How long the certificate is valid. */
  readonly days: number
  readonly extensions: readonly object[]
  /** Without an issuer the certificate is self-signed. */
  readonly issuer?: CertificateAndKey
  /** The RSA private key of the certificate, as PEM. */
  readonly key: string
}

const msPerDay = 86_400_000

/** Ordered so that no module loads many others at once. */
const modules = 'jsbn util aes asn1 md random des rc2 pbe rsa pkcs12 x509 pki'.split(' ')

/** Loads node-forge one module after the other, because loading all of them at once would block the event loop for 30 ms. */
const loadForge = lazy(async () => {
  for (const name of modules) await import(`node-forge/lib/${name}.js`)
  return (await import('node-forge')).default
})

/** Creates a certificate authority with this private key. `system` must give the real time, because clients check certificates against it. */
export const createAuthority = (system: System, key: string): Promise<CertificateAndKey> =>
  createCertificate(system, {
    key,
    name: 'cvm-emulator local CA',
    days: 3650,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })

/**
 * Issues a server certificate with this private key for host names and IP addresses. `system` must give the real time.
 */
export const issueCertificate = (
  system: System,
  issuer: CertificateAndKey,
  names: readonly string[],
  key: string,
): Promise<CertificateAndKey> =>
  createCertificate(system, {
    name: 'cvm-emulator',
    days: 397,
    issuer,
    key,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })

async function createCertificate(
  system: System,
  { name, days, extensions, issuer, key }: CertificateSpec,
): Promise<CertificateAndKey> {
  const forge = await loadForge()
  const privateKey = forge.pki.privateKeyFromPem(key)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e)
  // A serial number must be positive: the first byte is below 0x80 and not zero
  certificate.serialNumber = `01${Buffer.from(system.random('certificate')(15)).toString('hex')}`
  const now = system.now().getTime()
  certificate.validity.notBefore = new Date(now - msPerDay)
  certificate.validity.notAfter = new Date(now + days * msPerDay)
  const subject = [{ name: 'commonName', value: name }]
  const authority = issuer && forge.pki.certificateFromPem(issuer.cert)
  const keyIdentifier = authority?.generateSubjectKeyIdentifier().getBytes()
  certificate.setSubject(subject)
  certificate.setIssuer(authority ? authority.subject.attributes : subject)
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    ...(authority ? [{ name: 'authorityKeyIdentifier', keyIdentifier }] : []),
  ])
  certificate.sign(issuer ? forge.pki.privateKeyFromPem(issuer.key) : privateKey, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'), key }
}
