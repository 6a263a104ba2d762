import { InvalidInputError, messageOf, OperatorError } from '../system/errors.ts'

/** The values of a query string; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

/** What a control route answers; its documentation says what that is. */
// biome-ignore lint/suspicious/noExplicitAny: the callers give it their types
type Answer = any

/**
 * Requests to the control routes. All reject with an InvalidInputError when a route refuses a request, and with another
 * OperatorError when the emulator cannot be reached.
 */
export interface ControlClient {
  get(path: string, query?: Query, signal?: AbortSignal): Promise<Answer>
  post(path: string, body?: object): Promise<Answer>
  put(path: string, body: object): Promise<Answer>
  patch(path: string, body: object): Promise<Answer>
  /** Resolves with whether there was something to remove. */
  remove(path: string, query?: Query): Promise<boolean>
  text(path: string): Promise<string>
}

export function createControlClient(origin: string, token: string | undefined): ControlClient {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  assertHeaders(headers)
  const request = async (
    method: string,
    path: string,
    more: { body?: object; signal?: AbortSignal | undefined } = {},
  ) => {
    const { signal } = more
    const body = more.body && toJson(more.body)
    try {
      const response = await fetch(`${origin}/_emulator${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
      })
      return { status: response.status, text: await response.text() }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      const { cause = error } = error as Error
      throw new OperatorError(`${origin} does not answer: ${messageOf(cause)}`)
    }
  }
  const json = async (...args: Parameters<typeof request>): Promise<Answer> => read(origin, await request(...args))
  return {
    get: (path, query, signal) => json('GET', path + toText(query), { signal }),
    post: (path, body) => json('POST', path, body && { body }),
    put: (path, body) => json('PUT', path, { body }),
    patch: (path, body) => json('PATCH', path, { body }),
    async remove(path, query) {
      const answer = await request('DELETE', path + toText(query))
      if (answer.status === 404) return false
      const { removed = true } = read(origin, answer)
      return removed
    },
    async text(path) {
      const answer = await request('GET', path)
      if (answer.status !== 200) read(origin, answer)
      return answer.text
    },
  }
}

/** Throws when a header cannot be sent; the error of `fetch` would show the token. */
function assertHeaders(headers: Record<string, string>): void {
  try {
    new Headers(headers)
  } catch {
    throw new InvalidInputError('connect: the token is not a text of printable ASCII characters.')
  }
}

function toJson(body: object): string {
  try {
    return JSON.stringify(body)
  } catch (error) {
    throw new InvalidInputError(`The emulator reads only JSON: ${messageOf(error).split('\n', 1)[0]}`)
  }
}

/** Reads an answer. Throws when it is an error, or not one of an emulator. */
function read(origin: string, { status, text }: { readonly status: number; readonly text: string }): Answer {
  let answer: Answer
  try {
    answer = JSON.parse(text)
  } catch {
    throw new InvalidInputError(`${origin} is no cvm-emulator: it answered ${status} and no JSON.`)
  }
  if (typeof answer !== 'object' || answer === null) {
    throw new InvalidInputError(`${origin} is no cvm-emulator: it answered ${status} and no JSON object.`)
  }
  if (status < 400) return answer
  // A server that is not ready says why
  if (status === 503) throw new OperatorError(answer.reason ?? answer.error?.message ?? `${origin} answered 503.`)
  throw new InvalidInputError(answer.error?.message ?? `${origin} is no cvm-emulator: it answered ${status}.`)
}

function toText(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
