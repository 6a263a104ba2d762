import { messageOf } from '../system/errors.ts'
import { get } from './get.ts'

/** In milliseconds; less than the three seconds after which many health checks of containers are ended. */
const timeoutMs = 2000

/** Whether the emulator is ready, in a line that says why not. */
export interface Health {
  readonly isReady: boolean
  readonly line: string
}

/** Asks the emulator at this origin whether it is ready. */
export async function checkHealth(origin: string): Promise<Health> {
  const problem = await get(`${origin}/_emulator/ready`, timeoutMs).then(problemOf, explain)
  return {
    isReady: problem === undefined,
    line: `${origin} is ${problem === undefined ? 'ready' : `not ready: ${problem}`}`,
  }
}

function problemOf({ status, body }: { status: number; body: string }): string | undefined {
  // Another server may answer anything
  const [, reason] = /^\{"ready":false,"reason":"([^"\\]*)"\}$/.exec(body) ?? []
  if (reason !== undefined) return reason
  return status === 200 && body === '{"ready":true}' ? undefined : `it answers ${status}, but not as a cvm-emulator`
}

const explanations: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closes the connection without an answer',
  ENOTFOUND: 'there is no host of this name',
}

/** The message of some errors is empty, and that of others has several lines. */
function explain(error: unknown): string {
  const { code = '', name } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError') return `it does not answer within ${timeoutMs / 1000} seconds`
  const known = explanations[code]
  const [line] = messageOf(error).split('\n')
  return known ? `${known} (${code})` : line || code
}
