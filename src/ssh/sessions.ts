import type { Connection, ServerChannel } from 'ssh2'
import { commandNames, type Result, runCommand } from './commands.ts'
import type { Login } from './login.ts'

/** So many sessions a connection may have at once, as with sshd. */
const maxSessions = 10

/**
 * Serves the sessions of a connection that is logged in: commands, and a greeting in place of a shell. What has no listener
 * here is refused by ssh2: forwarding, agents, X11, subsystems. `drop` closes the connection at once.
 */
export function serveSessions(connection: Connection, { machine, drop }: Login, dropConnection: () => void): void {
  let open = 0
  const send = (channel: ServerChannel | undefined, { stdout, stderr, code }: Result) => {
    // There is none when the session has a command already
    if (!channel) return
    for (const stream of [channel, channel.stderr]) stream.on('error', () => {})
    // What the client sends is read and forgotten, so that it takes no memory
    channel.resume()
    if (drop === 'middle') {
      channel.write(stdout.slice(0, stdout.length / 2))
      // After what was written
      setImmediate(dropConnection)
      return
    }
    if (stdout !== '') channel.write(stdout)
    if (stderr !== '') channel.stderr.write(stderr)
    channel.exit(code)
    channel.end()
  }
  connection.on('session', (accept, reject) => {
    if (open >= maxSessions) {
      reject()
      return
    }
    open++
    const session = accept()
    session.once('close', () => {
      open--
      closeUnused(connection, session)
    })
    session.on('pty', (allow) => allow?.())
    session.on('exec', (begin, _reject, { command }) => send(begin(), runCommand(command, machine)))
    session.on('shell', (begin) => send(begin(), { stdout: greeting(machine.hostName), stderr: '', code: 0 }))
  })
}

const greeting = (hostName: string) =>
  `This is ${hostName} of cvm-emulator. Your key opens it, but there is no machine inside; it only has the commands ${commandNames.join(', ')}.\r\n`

/** ssh2 keeps a session that had no command, and lets its client wait. It has no public method for this. */
function closeUnused(connection: object, session: object): void {
  const { _channel, _chanInfo, _chanMgr, _protocol } = { ...connection, ...session } as Internals
  if (_channel) return
  _chanMgr.remove(_chanInfo.incoming.id)
  _protocol.channelClose(_chanInfo.outgoing.id)
}

interface Internals {
  readonly _channel?: object
  readonly _chanInfo: { readonly [side in 'incoming' | 'outgoing']: { readonly id: number } }
  readonly _chanMgr: { remove(id: number): void }
  readonly _protocol: { channelClose(id: number): void }
}
