import type { Server } from 'node:net'
import { defaultAccount } from '../identity/accounts.ts'
import type { LoginServerOptions } from './ssh-logins.ts'

interface LoadOptions extends Omit<LoginServerOptions, 'data' | 'loginTimeoutMs' | 'preferred' | 'log' | 'onFailed'> {
  readonly config: { readonly sshPort: number | undefined; readonly data: string | undefined }
  readonly timeouts: { readonly request: number }
  readonly log: Readonly<Record<'info' | 'error', (line: object, message: string) => void>>
}

/** The SSH server of an emulator. */
export interface Logins {
  /** Lets `start` make the server listen. */
  listen(start: (server: Server) => Promise<{ readonly url: string; readonly port: number }>): Promise<void>
  /** Where it listens, and its public key; undefined before. */
  address(): { readonly host: string; readonly port: number; readonly hostKey: string } | undefined
  /** Ends every session at once; resolves when the port is free. */
  close(): Promise<void>
}

/** Creates the SSH server of `--ssh-port`. What it needs is loaded only then. */
export async function loadLogins({ config, timeouts, log, ...options }: LoadOptions): Promise<Logins | undefined> {
  if (config.sshPort === undefined) return undefined
  const { createLoginServer } = await import('./ssh-logins.ts')
  const { server, hostKey } = createLoginServer({
    ...options,
    data: config.data,
    loginTimeoutMs: timeouts.request,
    preferred: defaultAccount,
    log: (line, message) => log.info(line, message),
    onFailed: (error) => log.error({ err: error }, 'login failed'),
  })
  let address: ReturnType<Logins['address']>
  return {
    async listen(start) {
      const { url, port } = await start(server.net)
      // Of an IPv6 address without its brackets
      address = { host: new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'), port, hostKey }
    },
    address: () => address,
    close: server.close,
  }
}
