import { Writable } from 'node:stream'
import type { Running } from './composition.js'
import type { Config } from './options.js'
import { version } from './version.js'

/** What a person at a terminal sees first. */
export function banner(config: Config, { url, example }: Running): string {
  const { data, projects, keyBits, keyPairLimit, nameScope, clock } = config
  const rows = [
    ['state', data === undefined ? 'in memory, gone at exit (--data FOLDER keeps it)' : `in ${data}`],
    ['projects', projects.join(', ')],
    ['keys', `RSA ${keyBits}, at most ${keyPairLimit} in a${nameScope === 'account' ? 'n account' : ' project'}`],
    ...(clock ? [['clock', `frozen at ${clock.toISOString()}`]] : []),
    ['try', `curl '${url}${example}'`],
    ['stop', 'Ctrl-C'],
  ]
  return `\ncvm-emulator ${version}\n${rows.map(([name, value]) => `  ${name?.padEnd(10)}${value}\n`).join('')}\n`
}

interface Line {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly action?: string
  readonly account?: string
  readonly code?: string
  readonly durationMs?: number
  readonly err?: { readonly stack: string }
}

/** A stream that takes the log's JSON lines and writes them for people. */
export const humanLog = (out: Writable): Writable =>
  new Writable({
    write(chunk, _encoding, done) {
      out.write(humanLine(JSON.parse(String(chunk)) as Line))
      done()
    },
  })

function humanLine({ level, time, msg, action, account, code, durationMs, err }: Line): string {
  const clock = new Date(time).toTimeString().slice(0, 8)
  const text =
    code === undefined ? msg : [action ?? '-', account ?? '-', code, `${durationMs} ms`].map(printable).join('  ')
  const mark = level >= 50 ? 'ERROR ' : level >= 40 ? 'warning: ' : ''
  return `${clock}  ${mark}${text}${err ? `\n${err.stack}` : ''}\n`
}

/** A caller's own words without control characters, which could rewrite the terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '�')
