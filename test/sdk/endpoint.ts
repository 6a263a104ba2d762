import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { startEmulator } from '../../src/emulator.ts'

/** The endpoint for clients: `CVM_EMULATOR_URL`, such as a container, or a new emulator. */
export async function endpoint(): Promise<{ host: string; protocol: string }> {
  const { CVM_EMULATOR_URL } = process.env
  if (CVM_EMULATOR_URL) return parts(CVM_EMULATOR_URL)
  const emulator = await startEmulator({ port: 0, poolSize: 0 })
  onTestFinished(() => emulator.close())
  return parts(emulator.url)
}

function parts(url: string) {
  const { host, protocol } = new URL(url)
  return { host, protocol: protocol.slice(0, -1) }
}

/** New credentials. Each test has its own account, so that tests can share an emulator. */
export function credentials(): { SecretId: string; SecretKey: string } {
  return { SecretId: `AKIDsdk${randomUUID()}`, SecretKey: 'SecretKeyOfAnSdkTest' }
}
