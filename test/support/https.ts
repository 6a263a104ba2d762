import { X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import { isIP } from 'node:net'
import type { Emulator, EmulatorOptions } from '../../src/emulator.ts'
import type { AnyAnswer } from './api.ts'
import { start } from './emulator.ts'

/** An emulator with HTTPS. */
export const open = (options: EmulatorOptions = {}) => start({ tlsPort: 0, ...options })

/** The certificate of the CA that clients must trust. */
export const trusted = async ({ url }: { url: string }) => (await fetch(`${url}/_emulator/ca.pem`)).text()

/** Sends an HTTPS request to this host name, trusting only this CA. */
export function call({ tls }: Emulator, name: string, ca: string, path: string): Promise<AnyAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: tls?.port,
      servername: /^[\d.:]+$/.test(name) ? '' : name,
      headers: { host: name },
      ca,
      path,
      agent: false as const,
    }
    const sent = request(
      {
        ...options,
        checkServerIdentity: (_host, cert) => (isFor(cert.raw, name) ? undefined : new Error(`not for ${name}`)),
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(JSON.parse(text)))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

function isFor(certificate: Buffer, name: string): boolean {
  const { checkHost, checkIP } = X509Certificate.prototype
  return (isIP(name) ? checkIP : checkHost).call(new X509Certificate(certificate), name) !== undefined
}
