import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { type EmulatorOptions, startEmulator } from '../../src/emulator.ts'

/**
 * The record of the wire: requests as bytes, and the answers of the emulator with a seed and a frozen clock. The requests
 * are data and do not derive from the code under test, so that a change of the code cannot change them.
 */
export interface Session {
  readonly name: string
  /** The options of the emulator, in addition to `recordOptions`. */
  readonly options: EmulatorOptions
  /** Whether the emulator is reset before each exchange, so that exchanges do not depend on each other. */
  readonly isolated?: true
  readonly exchanges: readonly Exchange[]
}

export interface Exchange {
  readonly name: string
  /** The bytes of the request, as Latin-1, with `Connection: close`. */
  readonly request: string
  /** Reading stops after this text, for an answer that does not end by itself. */
  readonly until?: string
  /** The status line, the headers and, after an empty line, the body. */
  readonly answer?: string
}

export const recordOptions = {
  port: 0,
  keyBits: 1024,
  poolSize: 0,
  keySource: 'seeded',
  seed: 'record',
  clock: '2017-03-12T08:00:00Z',
} as const satisfies EmulatorOptions

/** Sends the bytes and returns what is received until the connection ends, or `until` the text that is waited for. */
function send(port: number, { request, until }: Exchange): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const answer = () => withoutChunks(received).toString()
    const end = () => (until === undefined ? -1 : answer().indexOf(until))
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(request, 'latin1')))
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes])
      if (end() >= 0) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () =>
      resolve(until !== undefined && end() >= 0 ? answer().slice(0, end() + until.length) : answer()),
    )
  })
}

/** Node decides how a stream is cut into chunks, so the record has the body without them. */
function withoutChunks(answer: Buffer): Buffer {
  const bodyStart = answer.indexOf('\r\n\r\n') + 4
  if (!/^transfer-encoding: chunked\r$/im.test(answer.toString('latin1', 0, bodyStart))) return answer
  const parts = [answer.subarray(0, bodyStart)]
  for (let at = bodyStart; at < answer.length; ) {
    const start = answer.indexOf('\r\n', at) + 2
    const size = Number.parseInt(answer.toString('latin1', at, start), 16)
    parts.push(answer.subarray(start, start + size))
    at = start + size + 2
  }
  return Buffer.concat(parts)
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * Removes what differs from run to run (the date, durations, the boot, the certificate) and the lists of all actions and routes, to
 * which each new one adds its name. A private key is recorded as its hash.
 */
const stable = (answer: string): string =>
  answer
    .replace(/^Date: .*\r\n/im, '')
    .replaceAll(/"durationMs":[\d.]+/g, '"durationMs":0')
    .replaceAll(/("boot":"|^id: )[0-9a-f]{16}/gm, '$1a boot')
    .replaceAll(
      /-----BEGIN RSA PRIVATE KEY.+?END RSA PRIVATE KEY-----\\n/gs,
      (key) => `RSA PRIVATE KEY, sha256 ${sha256(key)}`,
    )
    .replace(/-----BEGIN CERTIFICATE[\s\S]+/, 'a certificate')
    .replace(/(Supported actions: |Valid actions: )\w+(, \w+)+\./, '$1all of them.')
    .replace(/Valid routes: [^"]+\./, 'Valid routes: all of them.')
    // The length of a body in which something was replaced
    .replace(/^Content-Length: \d+\r\n(?=[\s\S]*(a certificate$|"durationMs":0|all of them\.))/im, '')
    .replaceAll('\r\n', '\n')

/** Returns the answer of the emulator to each exchange, in order. */
export async function play(session: Session): Promise<string[]> {
  const emulator = await startEmulator({ ...recordOptions, ...session.options })
  const answers: string[] = []
  try {
    for (const exchange of session.exchanges) {
      if (session.isolated) await emulator.reset()
      answers.push(stable(await send(emulator.port, exchange)))
    }
  } finally {
    await emulator.close()
  }
  return answers
}
