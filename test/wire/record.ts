import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { type EmulatorOptions, startEmulator } from '../../src/emulator.ts'

/**
 * The record of the wire: requests as bytes, and what the emulator answers to them under a seed and a frozen clock. It is
 * data, not derived from the code under test, so that a change of the code cannot change what is asked.
 */
export interface Session {
  readonly name: string
  /** What the emulator is started with, beside `recordOptions`. */
  readonly options: EmulatorOptions
  /** Whether the emulator is reset before each exchange, so that each stands alone. */
  readonly isolated?: true
  readonly exchanges: readonly Exchange[]
}

export interface Exchange {
  readonly name: string
  /** The bytes of the request, as Latin-1, with `Connection: close`. */
  readonly request: string
  /** For an answer that does not end by itself: reading stops after this text. */
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

/** Sends the bytes and returns what came back until the connection ended. */
function send(port: number, { request, until }: Exchange): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(request, 'latin1')))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (until !== undefined && answer.includes(until)) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer.toString()))
  })
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * Without what differs from run to run, the date, durations and the certificate, and without the list of all actions, to
 * which each new action adds its name. A private key is recorded as its hash.
 */
const stable = (answer: string): string =>
  answer
    .replace(/^Date: .*\r\n/im, '')
    .replaceAll(/"durationMs":[\d.]+/g, '"durationMs":0')
    .replaceAll(
      /-----BEGIN RSA PRIVATE KEY.+?END RSA PRIVATE KEY-----\\n/gs,
      (key) => `RSA PRIVATE KEY, sha256 ${sha256(key)}`,
    )
    .replace(/-----BEGIN CERTIFICATE[\s\S]+/, 'a certificate')
    .replace(/(`Action` may be one of |There is no action `\w+`; there is )\w+(, \w+)+\./, '$1all of them.')
    // The length of what was replaced, of the whole or of a chunk
    .replace(/^Content-Length: \d+\r\n(?=[\s\S]*(a certificate$|"durationMs":0|all of them\.))/im, '')
    .replaceAll(/^[\da-f]+\r\n(?=id: )/gm, '')
    .replaceAll('\r\n', '\n')

/** What the emulator answers to each exchange, in their order. */
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
