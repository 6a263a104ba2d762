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
  const open = new Map<Socket, Guard>()
  // A small packet could inflate to a large one, and ssh2 offers a key exchange that it has only as a client
  const kex = { remove: ['diffie-hellman-group-exchange-sha256' as const], append: [], prepend: [] }
  const algorithms = { compress: ['none' as const], kex }
  const ssh = new Server({ hostKeys: [hostKey], ident: software, algorithms }, (connection, { header }) => {
    // Would start a timer that keeps the process alive; idle connections are closed below
    connection.removeAllListeners('ready')
    // A client that leaves or breaks the protocol is not worth a log line
    connection.on('error', () => {})
    const guard = open.get((connection as unknown as { readonly _sock: Socket })._sock)
    if (!guard) return
    authenticate(connection, {
      ...guard,
      begin,
      client: header.versions.software,
      parseKey: utils.parseKey,
      onAccepted(login) {
        guard.accept()
        serveSessions(connection, login, guard.drop)
      },
    })
  })
  const net = createServer((socket) => {
    open.set(socket, guardOf(socket, loginTimeoutMs))
    socket.once('close', () => open.delete(socket))
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

type Guard = ReturnType<typeof guardOf>

/** Limits how long a connection may take, and how much is kept for it. */
function guardOf(socket: Socket, loginTimeoutMs: number) {
  const drop = () => void socket.destroy()
  socket.unref()
  socket.setNoDelay()
  let timer = setTimeout(drop, loginTimeoutMs).unref()
  socket.once('close', () => clearTimeout(timer))
  // After each piece others have their turn, and a client that does not read its answers is not read either
  socket.on('data', () => {
    const resume = () => socket.resume()
    socket.pause()
    if (socket.writableNeedDrain) socket.once('drain', resume)
    else setImmediate(resume)
  })
  // When the server has ended its side, after a refusal or an error, it does not wait for the client
  socket.once('finish', drop)
  return {
    drop,
    /** Waits on purpose, which does not count. Never resolves when the connection closes. */
    pause: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        clearTimeout(timer)
        const end = () => {
          timer = setTimeout(drop, loginTimeoutMs).unref()
          resolve()
        }
        timer = setTimeout(end, milliseconds).unref()
      }),
    /** The client has logged in. */
    accept() {
      clearTimeout(timer)
      socket.setTimeout(idleTimeoutMs, drop)
    },
  }
}
