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

/** The proxy of a company, which no request to the emulator may reach: nothing listens there. */
const foreignProxy = 'http://127.0.0.1:9'

/** The entries of NO_PROXY by which every client passes a proxy by: some compare the host, some the text of their endpoint. */
const exceptions = (url: string): string => [new URL(url).hostname, new URL(url).host, url].join(',')

/** What a client needs to reach the emulator at this URL on a machine with a proxy. */
const atEndpoint = (url: string): Variables => ({
  CVM_ENDPOINT: url,
  ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, foreignProxy])),
  NO_PROXY: exceptions(url),
  no_proxy: exceptions(url),
})

/** The environment of a client: without proxies of the machine, and with what this way to the emulator needs. */
export async function environment(emulator: Emulator, way: Way, folder: string): Promise<Prepared> {
  const env: Variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)))
  if (way === 'endpoint') return { env: { ...env, ...atEndpoint(emulator.url) }, remove: () => {} }
  const authority = await emulator.certificate()
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, authority)
  const { variables, remove } = trustAlso(authority, env)
  const own = way === 'tls' && emulator.tls ? atEndpoint(emulator.tls.url) : proxyVariables(emulator.url, env)
  return { env: { ...env, ...variables, ...own, CVM_CA: ca }, ca, remove }
}
