import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { NotFoundError } from '../system/errors.ts'
import { isHostName } from '../system/host-names.ts'

/** Where instances can be logged in to by SSH. */
export interface SshAddress {
  readonly host: string
  readonly port: number
}

interface SshOptions {
  /** Where the SSH server is, if there is one, and its public key. */
  sshAddress(): (SshAddress & { readonly hostKey: string }) | undefined
}

const text = 'text/plain'
const config = { summary: 'The line of the SSH server for a known_hosts file.', type: text }

/** `GET /ssh/known_hosts`: a line with the address of the SSH server, `localhost` and the host of the request. */
export function sshRoutes(app: FastifyInstance, { sshAddress }: SshOptions): void {
  app.get('/ssh/known_hosts', { config }, ({ hostname }, reply) => {
    const ssh = sshAddress()
    if (!ssh)
      throw new NotFoundError('There is no SSH server. Start the emulator with --ssh-port N (0 = any free port).')
    const asked = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
    const names = new Set([ssh.host, '127.0.0.1', 'localhost', ...(isHostName(asked) || isIP(asked) ? [asked] : [])])
    const entries = [...names].map((name) => (ssh.port === 22 ? name : `[${name}]:${ssh.port}`))
    return reply.type(text).send(`${entries.join(',')} ${ssh.hostKey}\n`)
  })
}
