import { Writable } from 'node:stream'
import type { Running } from '../compose.ts'
import type { Config } from '../config/options.ts'
import { version } from '../system/version.ts'

/** Returns the text that the command prints when it has started and stderr is a terminal. */
export function banner(config: Config, { url, tls, ssh, example, common }: Running): string {
  const { data, fixtures, keyBits, keySource, nameScope, clock } = config
  const rows = [
    ['state', data === undefined ? 'in memory, lost at exit; use --data FOLDER to keep it' : `in ${data}`],
    ...(fixtures === undefined ? [] : [['fixtures', fixtures.trimStart().startsWith('{') ? 'inline' : fixtures]]),
    ['projects', common.projectIds.join(', ')],
    ['keys', `RSA ${keyBits}, limit ${common.keyPairLimit} per ${nameScope}`],
    ...(keySource === 'seeded' ? [['', 'derived from --seed: the same seed gives the same keys']] : []),
    ...(clock ? [['clock', `frozen at ${clock.toISOString()}`]] : []),
    ['try', `curl '${url}${example}'`],
    ...(tls ? [['https', `${tls.url} (CA certificate: ${url}/_emulator/ca.pem)`]] : []),
    ...(ssh ? [['ssh', `ssh -p ${ssh.port} INSTANCE-ID@${ssh.host}`]] : []),
    ['stop', 'Ctrl-C'],
  ]
  return `\ncvm-emulator ${version}\n${rows.map(([name, value]) => `  ${name?.padEnd(10)}${value}\n`).join('')}\n`
}

interface LogLine {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly err?: { readonly stack: string }
  readonly [field: string]: unknown
}

/** Creates a stream that writes the JSON lines of the log to `out` as short lines of text. */
export const humanLog = (out: Writable): Writable =>
  new Writable({
    write(chunk, _encoding, done) {
      const line = JSON.parse(String(chunk)) as LogLine
      // The banner already shows the URL
      const isRead = line.msg.startsWith('Server listening at') || out.write(formatLine(line))
      if (isRead) done()
      else out.once('drain', done)
    },
  })

/** The fields that a line of text contains, in this order. */
const textFields = 'method path status action account code reason mistake stringToSign origin'.split(' ')

function formatLine({ level, time, msg, err, ...fields }: LogLine): string {
  const clock = new Date(time).toTimeString().slice(0, 8)
  const prefix = level >= 50 ? 'ERROR ' : level >= 40 ? 'warning: ' : ''
  const details = textFields.flatMap((name) => (fields[name] === undefined ? [] : [String(fields[name])]))
  const duration = fields.durationMs === undefined ? [] : [`${fields.durationMs} ms`]
  // The fields of a request say enough without the message
  const words = [...(msg === 'request completed' ? [] : [msg]), ...details, ...duration]
  return `${clock}  ${prefix}${words.map(printable).join('  ')}${err ? `\n${err.stack}` : ''}\n`
}

/** Replaces control characters that a client sent, because they could manipulate the terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '�')
