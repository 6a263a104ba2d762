import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiCall } from './core/api-call.js'
import type { Answer, Dispatcher } from './core/dispatcher.js'
import { type Failure, fail, type Result, ShuttingDown } from './core/errors.js'
import type { Ids } from './ids.js'
import type { Protocol, WireRequest } from './protocols/protocol.js'

interface ApiOptions {
  readonly protocol: Protocol
  readonly dispatcher: Dispatcher
  readonly ids: Ids
}

/** Answers requests to the API: bytes → call → result → bytes, and a line in the log for each. */
export interface Api {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  /** The answer to what did not arrive as a whole request. */
  refusal(failure: Failure, log: FastifyBaseLogger): Buffer
}

export function createApi({ protocol, dispatcher, ids }: ApiOptions): Api {
  const newRequestId = () => protocol.requestId(ids.requestId())

  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const requestId = newRequestId()
    let call: ApiCall | undefined
    try {
      const decoded = protocol.decode(wireRequest(request))
      if (!decoded.ok) return send(reply, decoded, requestId)
      call = decoded.value
      return send(reply, await dispatcher.dispatch(call), requestId, call)
    } catch (error) {
      if (error instanceof ShuttingDown) {
        return send(reply, fail('InternalServerError', { detail: error.message }), requestId, call)
      }
      request.log.error({ err: error, requestId }, 'internal error')
      return send(reply, fail('InternalServerError'), requestId, call)
    }
  }

  const send = (reply: FastifyReply, result: Result<Answer>, requestId: string, call?: ApiCall) => {
    const code = result.ok ? 'Success' : result.error.code
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    const action = call?.action?.slice(0, longestAction)
    reply.log.info({ requestId, action, account: call?.account, code, durationMs }, 'answered')
    // Exactly this: with a charset behind it the official Python SDK and CLI print an empty result (design.md, The wire 1)
    return reply.code(200).header('Content-Type', 'application/json').send(protocol.encode(result, requestId))
  }

  return {
    answer,
    refusal(failure, log) {
      const requestId = newRequestId()
      log.info({ requestId, code: failure.error.code, reason: failure.error.message }, 'answered')
      return protocol.encode(failure, requestId)
    },
  }
}

/** A caller's own word goes into the log, but not ten megabytes of it. */
const longestAction = 64

function wireRequest({ method, raw, body }: FastifyRequest): WireRequest {
  const target = raw.url ?? ''
  const mark = target.indexOf('?')
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < raw.rawHeaders.length; i += 2) {
    headers.set(raw.rawHeaders[i]?.toLowerCase() ?? '', raw.rawHeaders[i + 1] ?? '')
  }
  return {
    method,
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  }
}
