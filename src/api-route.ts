import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Activity } from './activity.js'
import { CallerGone } from './core/caller-gone.js'
import type { Answer, Dispatcher } from './core/dispatcher.js'
import { type Failure, fail, type Result, shorten } from './core/errors.js'
import { ShuttingDown } from './core/shutting-down.js'
import type { Ids } from './ids.js'
import type { Caller } from './keys/key-source.js'
import type { Decoded, Protocol, WireRequest } from './protocols/protocol.js'

interface ApiOptions {
  readonly protocol: Protocol
  readonly dispatcher: Dispatcher
  readonly ids: Ids
  readonly activity: Pick<Activity, 'serving'>
}

/** Answers requests to the API: bytes → call → result → bytes, and a line in the log for each. */
export interface Api {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  /** The answer to what did not arrive as a whole request. */
  refusal(failure: Failure, log: FastifyBaseLogger): Buffer
}

export function createApi({ protocol, dispatcher, ids, activity }: ApiOptions): Api {
  const newRequestId = (account?: string) => protocol.requestId(ids.requestId(account))

  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    let decoded: Decoded | undefined
    let requestId: string | undefined
    try {
      decoded = protocol.decode(wireRequest(request))
      const { result, account, diagnosis } = decoded
      requestId = newRequestId(account)
      if (diagnosis) request.log.warn({ requestId, account, ...diagnosis }, 'signature refused')
      const answered = result.ok ? await dispatcher.dispatch(result.value, callerOf(reply)) : result
      return send(reply, answered, requestId, decoded)
    } catch (error) {
      requestId ??= newRequestId()
      if (error instanceof ShuttingDown) {
        return send(reply, fail('InternalServerError', { detail: error.message }), requestId, decoded)
      }
      if (error instanceof CallerGone) {
        request.log.info({ requestId, account: decoded?.account }, 'the caller hung up while it waited for a key')
        return reply.hijack()
      }
      request.log.error({ err: error, requestId }, 'internal error')
      return send(reply, fail('InternalServerError'), requestId, decoded)
    }
  }

  const send = (reply: FastifyReply, result: Result<Answer>, requestId: string, decoded: Decoded | undefined) => {
    const { action, account } = decoded ?? {}
    const code = result.ok ? 'Success' : result.error.code
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    reply.log.info({ requestId, action: action && shorten(action), account, code, durationMs }, 'answered')
    const called = action === undefined ? undefined : dispatcher.actionNamed(action)
    // Exactly this: with a charset behind it the official Python SDK and CLI print an empty result (design.md, The wire 1)
    return reply
      .code(200)
      .header('Content-Type', 'application/json')
      .send(protocol.encode(result, requestId, called))
  }

  return {
    answer: (request, reply) => activity.serving(() => answer(request, reply)),
    refusal(failure, log) {
      const requestId = newRequestId()
      log.info({ requestId, code: failure.error.code, reason: failure.error.message }, 'answered')
      return protocol.encode(failure, requestId, undefined)
    },
  }
}

const callerOf = ({ raw }: FastifyReply): Caller => ({
  onGone(listener) {
    raw.once('close', listener)
    return () => raw.off('close', listener)
  },
})

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
