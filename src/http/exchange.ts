import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Call } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import { type Failure, fail, type Result, shorten } from '../core/errors.ts'
import type { Journal } from '../journal/journal.ts'
import { privateKeyPattern, redacted, redactParameters, truncate } from '../journal/redaction.ts'
import type { Caller } from '../keys/key-source.ts'
import { type Protocols, pathOf } from '../protocols/index.ts'
import type { WireRequest } from '../protocols/parse/request.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { Activity } from '../system/activity.ts'
import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'
import type { System } from '../system/system.ts'
import type { Outcome } from './apply-rules.ts'
import { breakOff, hangUp, sendStatus } from './effects.ts'

interface ExchangeOptions {
  readonly protocols: Protocols
  /** Answers a call: the dispatcher with the rules around it. */
  answerCall(call: Call, caller: Caller): MaybePromise<Outcome>
  readonly ids: Ids
  readonly activity: Pick<Activity, 'enter' | 'leave'>
  readonly journal: Pick<Journal, 'add'>
  readonly system: Pick<System, 'now'>
  /** Whether a text contains a secret that is known here. */
  isSecret(text: string): boolean
}

/** Answers requests to the API. Each gets a line in the log and an entry in the journal. */
export interface Api {
  /** From the bytes of a request to the bytes of its answer. */
  answer(request: FastifyRequest, reply: FastifyReply): MaybePromise<void>
  /** The answer to bytes that could not be read as a request; `head` is what could be read of them. */
  answerUnreadable(refusal: Failure, log: FastifyBaseLogger, head?: Head): Buffer
}

/** The request line and the headers. */
type Head = Pick<IncomingMessage, 'url' | 'rawHeaders'>

/** A call on its way to its answer. */
interface Exchange {
  readonly time: Date
  readonly protocol: Protocol
  readonly call: Call
  readonly requestId: string
  readonly log: FastifyBaseLogger
  /** Milliseconds since the request arrived. */
  elapsed(): number
}

export function createExchange(options: ExchangeOptions): Api {
  const { protocols, answerCall, ids, activity, system } = options
  const record = createRecorder(options)

  const open = (protocol: Protocol, call: Call, log: FastifyBaseLogger, elapsed: () => number): Exchange => {
    const requestId = protocol.requestId(ids.requestId(call.account))
    return { time: system.now(), protocol, call, requestId, log, elapsed }
  }

  const start = ({ call, requestId, log }: Exchange, reply: FastifyReply): MaybePromise<Outcome> => {
    const { account, diagnosis } = call
    if (diagnosis) log.warn({ requestId, account, ...diagnosis }, 'signature refused')
    return answerCall(call, callerOf(reply))
  }

  const send = (exchange: Exchange, reply: FastifyReply, { result, action, rules }: Outcome): void => {
    if (!result) return
    record(exchange, codeOf(result), rules)
    const text = exchange.protocol.encode(result, exchange.requestId, action)
    reply.header('Content-Type', contentType).serializer(passThrough).send(text)
  }

  const finish = (exchange: Exchange, reply: FastifyReply, outcome: Outcome): void => {
    const { effect, rules, result, action } = outcome
    if (effect?.kind === 'status') {
      record(exchange, `HTTP ${effect.status}`, rules)
      sendStatus(reply, effect)
    } else if (effect?.kind === 'drop') {
      record(exchange, `Dropped ${effect.when}`, rules)
      const text = result && exchange.protocol.encode(result, exchange.requestId, action)
      if (text === undefined) hangUp(reply)
      else breakOff(reply, { 'content-type': contentType }, text)
    } else {
      send(exchange, reply, outcome)
    }
  }

  /** Answers what was thrown: a bug, or the end of a wait because the caller or the emulator has gone. */
  const sendThrown = (exchange: Exchange, reply: FastifyReply, error: unknown): void => {
    const { protocol, requestId, log } = exchange
    if (error instanceof CallerGone) {
      record(exchange, 'CallerGone', [])
      reply.hijack()
      return
    }
    if (!(error instanceof ShuttingDown)) log.error({ err: error, requestId }, 'internal error')
    const about = error instanceof ShuttingDown ? { detail: error.message } : {}
    send(exchange, reply, { action: undefined, result: fail(protocol.internalError, about), rules: [] })
  }

  return {
    answer(request, reply) {
      const wire = toWireRequest(request)
      const protocol = protocols.of(wire)
      const elapsed = () => reply.elapsedTime
      let exchange: Exchange | undefined
      const fails = (error: unknown) => {
        // Without an exchange, decoding itself has a bug
        exchange ??= open(protocol, protocol.unreadable(fail(protocol.internalError)), request.log, elapsed)
        sendThrown(exchange, reply, error)
      }
      activity.enter()
      let isWaiting = false
      try {
        const own = open(protocol, protocol.decode(wire), request.log, elapsed)
        exchange = own
        const sent = thenMaybe(start(own, reply), (outcome) => finish(own, reply, outcome))
        isWaiting = sent instanceof Promise
        if (sent instanceof Promise) return sent.catch(fails).finally(activity.leave)
      } catch (error) {
        fails(error)
      } finally {
        if (!isWaiting) activity.leave()
      }
    },

    answerUnreadable(refusal, log, head = noHead) {
      const protocol = protocols.of({ path: pathOf(head.url ?? ''), headers: headersOf(head) })
      const exchange = open(protocol, protocol.unreadable(refusal), log, () => 0)
      record(exchange, refusal.error.code, [], refusal.error.message)
      return Buffer.from(protocol.encode(refusal, exchange.requestId, undefined))
    },
  }
}

/** Writes the line in the log and the entry in the journal of an exchange. */
function createRecorder({ journal, isSecret }: Pick<ExchangeOptions, 'journal' | 'isSecret'>) {
  /** What a client called something: truncated, or struck out when it is a secret. */
  const safe = (text: string | undefined) =>
    text !== undefined && (isSecret(text) || privateKeyPattern.test(text)) ? redacted : text && truncate(text)

  return (
    { time, call, requestId, log, elapsed }: Exchange,
    code: string,
    rules: readonly string[],
    reason?: string,
  ) => {
    const { signature, sent } = call
    const [account, action, region] = [call.account, call.action, call.region].map(safe)
    const durationMs = Math.round(elapsed() * 10) / 10
    const line = { requestId, action: action && shorten(action), account, code, durationMs, ...(reason && { reason }) }
    log.info(line, 'request completed')
    const parameters = redactParameters(sent, isSecret)
    journal.add({ time, requestId, account, action, region, parameters, signature, code, durationMs, faults: rules })
  }
}

/** Exactly this, without a charset (docs/behaviour.md#content-type-of-answers). */
const contentType = 'application/json'

/** Without a serializer Fastify would add a charset. Text is sent in one piece with its headers; bytes are not. */
const passThrough = (payload: unknown) => payload as string

const codeOf = (result: Result<Answer>) => (result.ok ? 'Success' : result.error.code)

const noHead: Head = { rawHeaders: [] }

const callerOf = ({ raw }: FastifyReply): Caller => ({
  onGone(listener) {
    // The event does not come again for a caller that went away during a delay
    if (raw.destroyed) setImmediate(listener)
    else raw.once('close', listener)
    return () => raw.off('close', listener)
  },
})

function toWireRequest({ method, raw, body }: FastifyRequest): WireRequest {
  const target = raw.url ?? ''
  const mark = target.indexOf('?')
  return {
    method,
    path: pathOf(target),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers: headersOf(raw),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  }
}

function headersOf({ rawHeaders }: Head): Map<string, string> {
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.set(rawHeaders[i]?.toLowerCase() ?? '', rawHeaders[i + 1] ?? '')
  }
  return headers
}
