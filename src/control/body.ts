import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import { maxDocumentDepth } from '../rules/rule.ts'
import { CallerGone, InvalidInputError } from '../system/errors.ts'
import { parseJson } from '../system/json.ts'
import { measureJson } from '../system/json-size.ts'

/** In bytes. */
export const maxBody = 8 * 1024 * 1024

const tooDeep = (limit: number) => `The body is nested too deeply: the limit is ${limit} levels.`

/** Of a body. To parse and check so much takes some tens of milliseconds. */
const maxJson = { values: 100_000, depth: maxDocumentDepth }

/** The value of a body in JSON; null without one. InvalidInputError for one that is not JSON, or has too much of it. */
export async function parseBody(chunks: readonly Uint8Array[]): Promise<unknown> {
  const { values, depth } = await measureJson(chunks, maxJson)
  if (depth > maxJson.depth) throw new InvalidInputError(tooDeep(maxJson.depth))
  if (values > maxJson.values) throw new InvalidInputError(`The body has more than ${maxJson.values} values.`)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? null : parseJson(text, 'The body')
}

/** Receives large bodies one after another, because each stays in memory until its request is answered. */
export function oneAfterAnother() {
  let last: Promise<unknown> = Promise.resolve()
  return async ({ headers }: FastifyRequest, { raw }: FastifyReply, body: RequestPayload) => {
    if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= maxBody) return body
    const before = last
    last = Promise.all([before, new Promise((resolve) => raw.once('close', resolve))])
    await before
    if (raw.destroyed) throw new CallerGone()
    return body
  }
}
