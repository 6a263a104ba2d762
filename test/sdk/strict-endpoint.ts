import { randomUUID } from 'node:crypto'
import { Agent } from 'node:https'
import { onTestFinished } from 'vitest'
import { startEmulator } from '../../src/emulator.ts'

/** An endpoint, credentials, and for HTTPS an agent that trusts only the CA of the emulator. */
export interface StrictEndpoint {
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly secretId: string
  readonly secretKey: string
  readonly agent?: Agent
}

/**
 * Returns `CVM_EMULATOR_URL`, such as a container, or a new emulator that checks every signature. The credentials are
 * new, too.
 */
export async function strictEndpoint(scheme: 'http' | 'https' = 'http'): Promise<StrictEndpoint> {
  const credential = { secretId: `AKIDsdk${randomUUID()}`, secretKey: 'SecretKeyOfAnSdkTest' }
  const { CVM_EMULATOR_URL: given } = process.env
  if (given && scheme === 'http') return { url: given, host: new URL(given).host, ...credential }
  const emulator = await startEmulator({
    port: 0,
    tlsPort: 0,
    auth: 'strict',
    fixtures: { credentials: [credential] },
  })
  onTestFinished(() => emulator.close())
  const { url } = scheme === 'https' && emulator.tls ? emulator.tls : emulator
  const ca = await (await fetch(`${emulator.url}/_emulator/ca.pem`)).text()
  const agent = scheme === 'https' ? { agent: new Agent({ ca }) } : {}
  return { url: emulator.url, host: new URL(url).host, ...credential, ...agent }
}

/** Puts a stopped instance into the account of a SecretId. */
export async function addInstance({ url, secretId }: StrictEndpoint, instanceId: string): Promise<void> {
  const body = JSON.stringify({ instanceId, account: secretId })
  const headers = { 'Content-Type': 'application/json' }
  const { status } = await fetch(`${url}/_emulator/instances`, { method: 'POST', headers, body })
  if (status !== 200) throw new Error(`instances answered ${status}`)
}
