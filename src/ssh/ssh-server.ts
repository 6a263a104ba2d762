import { createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2 from 'ssh2'
import { authenticate } from './authentication.ts'
import type { BeginLogin } from './login.ts'
import { serveSessions } from './sessions.ts'

interface SshServerOptions {
  /** The private key of the host, in the format of OpenSSH. */
  readonly hostKey: string
  /** Names the software to clients. */
  readonly software: string
  readonly begin: BeginLogin
  /** How long a client may take to log in, in milliseconds. */
  readonly loginTimeoutMs: number
}

export interface SshServer {
  /** The server, which does not listen yet. Neither it nor its connections keep the process alive. */
  readonly net: NetServer
  /** The number of open connections. */
  readonly connections: number
  /** Closes every connection at once; resolves when the port is free. */
  close(): Promise<void>
}

export const maxConnections = 100

/** A connection that nothing was sent on for so long is closed, in milliseconds. */
const idleTimeoutMs = 600_000

/** Creates the SSH server that stands for the instances. */
export function createSshServer({ hostKey, software, begin, loginTimeoutMs }: SshServerOptions): SshServer {
  const { Server, utils } = ssh2
  const open = new Map<string, Guard>()
  // A small packet could inflate to a large one
  const algorithms = { compress: ['none' as const] }
  const ssh = new Server({ hostKeys: [hostKey], ident: software, algorithms }, (connection, { ip, port, header }) => {
    // Would start a timer that keeps the process alive; idle connections are closed below
    connection.removeAllListeners('ready')
    // A client that leaves or breaks the protocol is not worth a log line
    connection.on('error', () => {})
    const guard = open.get(keyOf(ip, port))
    if (!guard) {
      connection.end()
      return
    }
    const { drop, pause } = guard
    authenticate(connection, {
      begin,
      client: header.versions.software,
      pause,
      drop,
      parseKey: utils.parseKey,
      onAccepted(login) {
        guard.accept()
        serveSessions(connection, login, drop)
      },
    })
  })
  const net = createServer((socket) => {
    const key = keyOf(socket.remoteAddress, socket.remotePort)
    open.set(key, guardOf(socket, loginTimeoutMs))
    socket.once('close', () => open.delete(key))
    ssh.injectSocket(socket)
  })
  net.maxConnections = maxConnections
  net.unref()
  return {
    net,
    get connections() {
      return open.size
    },
    close: () =>
      new Promise((resolve) => {
        net.close(() => resolve())
        for (const { drop } of open.values()) drop()
      }),
  }
}

const keyOf = (address: string | undefined, port: number | undefined) => `${address} ${port}`

/** Limits how long a connection may take. */
interface Guard {
  drop(): void
  /** Waits on purpose, which does not count, or until the connection closes. */
  pause(milliseconds: number): Promise<void>
  /** The client has logged in. */
  accept(): void
}

function guardOf(socket: Socket, loginTimeoutMs: number): Guard {
  const drop = () => void socket.destroy()
  socket.unref()
  socket.setNoDelay()
  let timer = setTimeout(drop, loginTimeoutMs).unref()
  socket.once('close', () => clearTimeout(timer))
  // When the server has ended its side, after a refusal or an error, it does not wait for the client
  socket.once('finish', drop)
  return {
    drop,
    pause: (milliseconds) =>
      new Promise((resolve) => {
        clearTimeout(timer)
        const end = () => {
          clearTimeout(timer)
          socket.off('close', end)
          if (!socket.destroyed) timer = setTimeout(drop, loginTimeoutMs).unref()
          resolve()
        }
        timer = setTimeout(end, milliseconds).unref()
        socket.once('close', end)
      }),
    accept() {
      clearTimeout(timer)
      socket.setTimeout(idleTimeoutMs, drop)
    },
  }
}
