import { Writable } from 'node:stream'
import type { Running } from '../compose.ts'
import type { Config } from '../config/options.ts'
import { sharedPrimesNotice } from '../keys/key-source.ts'
import { version } from '../system/version.ts'

/** What the command prints at its start when stderr is a terminal. */
export function banner(config: Config, { url, tls, example, common }: Running): string {
  const { data, fixtures, keyBits, keySource, nameScope, clock } = config
  const rows = [
    ['state', data === undefined ? 'in memory, lost at exit (--data FOLDER keeps it)' : `in ${data}`],
    ...(fixtures === undefined ? [] : [['fixtures', fixtures.trimStart().startsWith('{') ? 'inline' : fixtures]]),
    ['projects', common.projectIds.join(', ')],
    ['keys', `RSA ${keyBits}, at most ${common.keyPairLimit} per ${nameScope}`],
    ...(keySource === 'recombined' ? [['WARNING', sharedPrimesNotice]] : []),
    ...(keySource === 'seeded' ? [['', 'the same --seed gives the same keys']] : []),
    ...(clock ? [['clock', `frozen at ${clock.toISOString()}`]] : []),
    ['try', `curl '${url}${example}'`],
    ...(tls ? [['https', `${tls.url} (trust ${url}/_emulator/ca.pem)`]] : []),
    ['stop', 'Ctrl-C'],
  ]
  return `\ncvm-emulator ${version}\n${rows.map(([name, value]) => `  ${name?.padEnd(10)}${value}\n`).join('')}\n`
}

interface Line {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly err?: { readonly stack: string }
  readonly [field: string]: unknown
}

/** A stream that turns the JSON lines of the log into short text lines. */
export const humanLog = (out: Writable): Writable =>
  new Writable({
    write(chunk, _encoding, done) {
      const line = JSON.parse(String(chunk)) as Line
      // The banner already shows the URL
      if (!line.msg.startsWith('Server listening at')) out.write(humanLine(line))
      done()
    },
  })

/** The fields that a text line shows, in this order. */
const shown = ['method', 'path', 'status', 'action', 'account', 'code', 'reason', 'mistake', 'stringToSign', 'origin']

function humanLine({ level, time, msg, err, ...fields }: Line): string {
  const clock = new Date(time).toTimeString().slice(0, 8)
  const mark = level >= 50 ? 'ERROR ' : level >= 40 ? 'warning: ' : ''
  const details = shown.flatMap((name) => (fields[name] === undefined ? [] : [String(fields[name])]))
  const duration = fields.durationMs === undefined ? [] : [`${fields.durationMs} ms`]
  const words = [...(msg === 'request completed' ? [] : [msg]), ...details, ...duration]
  return `${clock}  ${mark}${words.map(printable).join('  ')}${err ? `\n${err.stack}` : ''}\n`
}

/** Replaces control characters that a client sent, which could rewrite the terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '�')
