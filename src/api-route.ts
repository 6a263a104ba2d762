import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Activity } from './activity.js'
import { CallerGone } from './core/caller-gone.js'
import type { Answer, Dispatcher } from './core/dispatcher.js'
import { type Failure, fail, type Result, shorten } from './core/errors.js'
import { ShuttingDown } from './core/shutting-down.js'
import { afterwards, type Soon } from './core/soon.js'
import type { Ids } from './ids.js'
import type { Caller } from './keys/key-source.js'
import type { Decoded, Protocol, WireRequest } from './protocols/protocol.js'

interface ApiOptions {
  readonly protocol: Protocol
  readonly dispatcher: Dispatcher
  readonly ids: Ids
  readonly activity: Pick<Activity, 'enter' | 'leave'>
}

/** Answers requests to the API: bytes → call → result → bytes, and a line in the log for each. */
export interface Api {
  answer(request: FastifyRequest, reply: FastifyReply): Soon<void>
  /** The answer to what did not arrive as a whole request. */
  refusal(failure: Failure, log: FastifyBaseLogger): Buffer
}

/** A request on its way to its answer. */
interface UnderWay {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  decoded?: Decoded
  requestId?: string
}

export function createApi({ protocol, dispatcher, ids, activity }: ApiOptions): Api {
  const newRequestId = (account?: string) => protocol.requestId(ids.requestId(account))

  const begin = (call: UnderWay): Soon<Result<Answer>> => {
    const { request, reply } = call
    call.decoded = protocol.decode(wireRequest(request))
    const { result, account, diagnosis } = call.decoded
    call.requestId = newRequestId(account)
    if (diagnosis) request.log.warn({ requestId: call.requestId, account, ...diagnosis }, 'signature refused')
    return result.ok ? dispatcher.dispatch(result.value, callerOf(reply)) : result
  }

  const send = ({ reply, decoded, requestId = newRequestId() }: UnderWay, result: Result<Answer>): void => {
    const { action, account } = decoded ?? {}
    const code = result.ok ? 'Success' : result.error.code
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    reply.log.info({ requestId, action: action && shorten(action), account, code, durationMs }, 'answered')
    const called = action === undefined ? undefined : dispatcher.actionNamed(action)
    // Exactly this: with a charset behind it the official Python SDK and CLI print an empty result (design.md, The wire 1)
    reply
      .header('Content-Type', 'application/json')
      .serializer(asItIs)
      .send(protocol.encode(result, requestId, called))
  }

  const sendFailure = (call: UnderWay, error: unknown): void => {
    if (error instanceof ShuttingDown) {
      send(call, fail('InternalServerError', { detail: error.message }))
      return
    }
    const { request, reply, decoded } = call
    call.requestId ??= newRequestId()
    const { requestId } = call
    if (error instanceof CallerGone) {
      request.log.info({ requestId, account: decoded?.account }, 'the caller hung up while it waited for a key')
      reply.hijack()
      return
    }
    request.log.error({ err: error, requestId }, 'internal error')
    send(call, fail('InternalServerError'))
  }

  const answer = (request: FastifyRequest, reply: FastifyReply): Soon<void> => {
    const call: UnderWay = { request, reply }
    const fails = (error: unknown) => sendFailure(call, error)
    activity.enter()
    try {
      const sent = afterwards(begin(call), (result) => send(call, result))
      if (sent instanceof Promise) return sent.catch(fails).finally(activity.leave)
    } catch (error) {
      fails(error)
    }
    activity.leave()
  }

  return {
    answer,
    refusal(failure, log) {
      const requestId = newRequestId()
      log.info({ requestId, code: failure.error.code, reason: failure.error.message }, 'answered')
      return Buffer.from(protocol.encode(failure, requestId, undefined))
    },
  }
}

/** Without it Fastify would add a charset; a text leaves in one piece with its headers, bytes do not. */
const asItIs = (payload: unknown) => payload as string

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
