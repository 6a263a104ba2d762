import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Action } from '../core/action.ts'
import type { Call } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import { type Failure, fail, type Result, shorten } from '../core/errors.ts'
import { translateError } from '../core/translation.ts'
import type { Journal } from '../journal/journal.ts'
import { redacted, redactParameters, redactText, searchedText } from '../journal/redaction.ts'
import type { Caller } from '../keys/key-source.ts'
import type { Protocol } from '../protocols/decode.ts'
import { type Protocols, pathOf } from '../protocols/index.ts'
import type { WireRequest } from '../protocols/parse/request.ts'
import type { Activity } from '../system/activity.ts'
import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'
import type { System } from '../system/system.ts'
import type { Outcome } from './apply-rules.ts'
import { dropConnection, sendStatus, sendTruncated } from './effects.ts'
import { hideSecrets } from './hide-secrets.ts'

interface ExchangeOptions {
  readonly protocols: Protocols
  /** Answers a call: runs its action, with the rules applied. */
  answerCall(call: Call, caller: Caller): MaybePromise<Outcome>
  readonly ids: Ids
  readonly activity: Pick<Activity, 'enter' | 'leave'>
  readonly journal: Pick<Journal, 'add'>
  readonly system: Pick<System, 'now'>
  /** Whether a text contains a known SecretKey or token, or a private key. */
  isSecret(text: string): boolean
  /** The same for the name of an account, which is shown when it belongs to a credential. */
  isSecretName(name: string): boolean
}

/** Answers requests to the API. Every request gets a log line and a journal entry. */
export interface Api {
  /** Answers one request. */
  answer(request: FastifyRequest, reply: FastifyReply): MaybePromise<void>
  /** Returns the answer to bytes that are not a readable request. `head` is set when the headers could be parsed. */
  answerUnreadable(refusal: Failure, log: FastifyBaseLogger, head?: Head): Buffer
}

/** The request line and the headers. */
type Head = Pick<IncomingMessage, 'url' | 'rawHeaders'>

/** A call that is being answered. */
interface Exchange {
  readonly time: Date
  readonly protocol: Protocol
  readonly call: Call
  readonly requestId: string
  readonly log: FastifyBaseLogger
  /** Milliseconds since the request arrived. */
  elapsedMs(): number
}

export function createApi(options: ExchangeOptions): Api {
  const { protocols, answerCall, ids, activity, system, isSecret, isSecretName } = options
  const record = createRecorder(options)

  const open = (protocol: Protocol, call: Call, log: FastifyBaseLogger, elapsedMs: () => number): Exchange => {
    const requestId = protocol.requestId(ids.requestId(call.account))
    return { time: system.now(), protocol, call, requestId, log, elapsedMs }
  }

  const start = ({ call, requestId, log }: Exchange, reply: FastifyReply): MaybePromise<Outcome> => {
    const { account, diagnosis } = call
    if (diagnosis) {
      const shown = Object.entries(diagnosis).map(([name, text]) => [name, isSecret(text) ? redacted : text])
      const named = account && redactText(account, isSecretName)
      log.warn({ requestId, account: named, ...Object.fromEntries(shown) }, 'signature refused')
    }
    return answerCall(call, toCaller(reply))
  }

  const encode = ({ protocol, call, requestId }: Exchange, result: Result<Answer>, action?: Action): string =>
    protocol.encode(result.ok ? result : hideSecrets(result, call, isSecret), requestId, action)

  const send = (exchange: Exchange, reply: FastifyReply, { result, action, rules }: Outcome): void => {
    if (!result) return
    record(exchange, result.ok ? 'Success' : result.error.code, rules)
    const text = encode(exchange, result, action)
    reply.header('Content-Type', contentType).serializer(passThrough).send(text)
  }

  const finish = (exchange: Exchange, reply: FastifyReply, outcome: Outcome): void => {
    const { effect, rules, result, action } = outcome
    if (effect?.kind === 'status') {
      record(exchange, `HTTP ${effect.status}`, rules)
      sendStatus(reply, effect)
    } else if (effect?.kind === 'drop') {
      record(exchange, `Dropped ${effect.when}`, rules)
      const text = result && encode(exchange, result, action)
      if (text === undefined) dropConnection(reply)
      else sendTruncated(reply, { 'content-type': contentType }, text)
    } else {
      send(exchange, reply, outcome)
    }
  }

  /** Answers a request whose processing threw: a bug, a caller that disconnected, or a shutdown during a wait. */
  const sendError = (exchange: Exchange, reply: FastifyReply, error: unknown): void => {
    const { protocol, requestId, log } = exchange
    if (error instanceof CallerGone) {
      record(exchange, 'CallerGone', [])
      reply.hijack()
      return
    }
    const context = error instanceof ShuttingDown ? { detail: error.message } : {}
    if (!(error instanceof ShuttingDown)) log.error({ err: error, requestId }, 'internal error')
    send(exchange, reply, { action: undefined, result: fail(protocol.internalError, context), rules: [] })
  }

  return {
    answer(request, reply) {
      const wire = toWireRequest(request)
      const protocol = protocols.of(wire)
      const elapsedMs = () => reply.elapsedTime
      let exchange: Exchange | undefined
      const handleError = (error: unknown) => {
        // There is no exchange yet when decoding throws
        exchange ??= open(protocol, protocol.unreadable(fail(protocol.internalError)), request.log, elapsedMs)
        sendError(exchange, reply, error)
      }
      activity.enter()
      let isWaiting = false
      try {
        const opened = open(protocol, protocol.decode(wire), request.log, elapsedMs)
        exchange = opened
        const sent = thenMaybe(start(opened, reply), (outcome) => finish(opened, reply, outcome))
        isWaiting = sent instanceof Promise
        if (sent instanceof Promise) return sent.catch(handleError).finally(activity.leave)
      } catch (error) {
        handleError(error)
      } finally {
        if (!isWaiting) activity.leave()
      }
    },

    answerUnreadable(refusal, log, head = { rawHeaders: [] }) {
      const protocol = protocols.of({ path: pathOf(head.url ?? ''), headers: headersOf(head) })
      const exchange = open(protocol, protocol.unreadable(refusal), log, () => 0)
      const translated = translateError(exchange.call.apiVersion, undefined, refusal)
      record(exchange, translated.error.code, [], translated.error.message)
      return Buffer.from(encode(exchange, translated))
    },
  }
}

/** Returns the function that writes the log line and the journal entry of an exchange. */
function createRecorder({ journal, isSecret, isSecretName }: ExchangeOptions) {
  const findNone = () => false

  return (exchange: Exchange, code: string, rules: readonly string[], reason?: string) => {
    const { time, call, requestId, log, elapsedMs } = exchange
    const { signature, sent } = call
    // Most requests contain no secret, so one search usually suffices. It also finds what is secret in a name
    const isClean = !isSecret(searchedText(sent, [call.account, call.action, call.region, ...rules]))
    const [isHidden, isHiddenName] = isClean ? [findNone, findNone] : [isSecret, isSecretName]
    const account = call.account && redactText(call.account, isHiddenName)
    const action = call.action && redactText(call.action, isHidden)
    const region = call.region && redactText(call.region, isHidden)
    const durationMs = Math.round(elapsedMs() * 10) / 10
    const line = { requestId, action: action && shorten(action), account, code, durationMs, ...(reason && { reason }) }
    log.info(line, 'request completed')
    const parameters = redactParameters(sent, isHidden)
    // The client chooses the ids of rules, too
    const faults = rules.map((id) => redactText(id, isHidden))
    journal.add({ time, requestId, account, action, region, parameters, signature, code, durationMs, faults })
  }
}

/** Without a charset, because clients compare the header exactly (docs/behaviour.md#content-type-of-answers). */
const contentType = 'application/json'

/** A serializer keeps Fastify from adding a charset. A string is sent in one write with the headers; a Buffer is not. */
const passThrough = (payload: unknown) => payload as string

const toCaller = ({ raw }: FastifyReply): Caller => ({
  onGone(listener) {
    // The close event is not repeated for a caller that disconnected during a delay
    if (raw.destroyed) setImmediate(listener)
    else raw.once('close', listener)
    return () => raw.off('close', listener)
  },
})

function toWireRequest({ method, raw, body }: FastifyRequest): WireRequest {
  const target = raw.url ?? ''
  const path = pathOf(target)
  return {
    method,
    path,
    query: target.slice(path.length + 1),
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
