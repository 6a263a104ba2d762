import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { proxyVariables } from '../../src/cli/proxy-variables.ts'
import { trustAlso } from '../../src/cli/trust.ts'
import type { Emulator } from '../../src/emulator.ts'
import type { Way } from './client.ts'

export type Variables = Record<string, string | undefined>

interface Prepared {
  readonly env: Variables
  /** The file of the emulator's CA, if the way needs it. */
  readonly ca?: string
  /** Removes the file of trusted certificates. */
  remove(): void
}

/** The environment of a client: without proxies of the machine, and with what this way to the emulator needs. */
export async function environment(emulator: Emulator, way: Way, folder: string): Promise<Prepared> {
  const env: Variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)))
  if (way === 'endpoint') return { env: { ...env, CVM_ENDPOINT: emulator.url }, remove: () => {} }
  const authority = await emulator.certificate()
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, authority)
  const { variables, remove } = trustAlso(authority, env)
  const own = way === 'tls' ? { CVM_ENDPOINT: emulator.tls?.url } : proxyVariables(emulator.url, env)
  return { env: { ...env, ...variables, ...own, CVM_CA: ca }, ca, remove }
}
