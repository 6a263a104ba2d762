import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Call } from '../core/call.ts'
import type { Answer } from '../core/dispatcher.ts'
import { type Failure, fail, type Result } from '../core/errors.ts'
import { translateError } from '../core/translation.ts'
import type { Journal } from '../journal/journal.ts'
import { redacted, redactText } from '../journal/redaction.ts'
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
import { createRecorder, type Ending, type Origin } from './record.ts'

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
  /** A warning about a SecretId that may be a real one. */
  secretIdWarning(secretId: string | undefined): string | undefined
}

/** Answers requests to the API. Every request gets a log line and a journal entry. */
export interface Api {
  /** Answers one request. */
  answer(request: FastifyRequest, reply: FastifyReply): MaybePromise<void>
  /**
   * Returns the answer, which is sent with this HTTP status, to bytes that are not a readable request. `head` is set when the
   * headers could be parsed.
   */
  answerUnreadable(refusal: Failure, status: number, log: FastifyBaseLogger, head?: Head): Buffer
}

/** The request line and the headers. */
type Head = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>

/** What is recorded of a request besides its call. */
interface Received extends Omit<Origin, 'client'>, Pick<WireRequest, 'headers'> {}

/** A call that is being answered. */
interface Exchange {
  readonly time: Date
  readonly protocol: Protocol
  readonly call: Call
  readonly origin: Origin
  readonly requestId: string
  readonly log: FastifyBaseLogger
  /** Milliseconds since the request arrived. */
  elapsedMs(): number
}

export function createApi(options: ExchangeOptions): Api {
  const { protocols, answerCall, ids, activity, system } = options
  const { finish, sendError, answerTo, logRefusal } = createAnswers(options)

  const open = (
    protocol: Protocol,
    call: Call,
    { method, path, headers }: Received,
    log: FastifyBaseLogger,
    elapsedMs: () => number,
  ): Exchange => {
    const requestId = protocol.requestId(ids.requestId(call.account))
    const origin = { method, path, client: headers.get('user-agent') }
    return { time: system.now(), protocol, call, origin, requestId, log, elapsedMs }
  }

  const start = (exchange: Exchange, reply: FastifyReply): MaybePromise<Outcome> => {
    const { call, log } = exchange
    const warning = options.secretIdWarning(call.secretId)
    if (warning !== undefined) log.warn(warning)
    logRefusal(exchange)
    return answerCall(call, toCaller(reply))
  }

  return {
    answer(request, reply) {
      const wire = toWireRequest(request)
      const protocol = protocols.of(wire)
      const elapsedMs = () => reply.elapsedTime
      let exchange: Exchange | undefined
      const handleError = (error: unknown) => {
        // There is no exchange yet when decoding throws
        exchange ??= open(protocol, protocol.unreadable(fail(protocol.internalError)), wire, request.log, elapsedMs)
        sendError(exchange, reply, error)
      }
      activity.enter()
      let isWaiting = false
      try {
        const opened = open(protocol, protocol.decode(wire), wire, request.log, elapsedMs)
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

    answerUnreadable(refusal, status, log, head = { rawHeaders: [] }) {
      const path = pathOf(head.url ?? '')
      const headers = headersOf(head)
      const protocol = protocols.of({ path, headers })
      const received = { method: head.method, path: path || undefined, headers }
      const exchange = open(protocol, protocol.unreadable(refusal), received, log, () => 0)
      const translated = translateError(exchange.call.apiVersion, undefined, refusal)
      return Buffer.from(answerTo(exchange, translated, { status, reason: translated.error.message }))
    },
  }
}

/** Returns the functions that record and send the answer of an exchange. */
function createAnswers(options: ExchangeOptions) {
  const { isSecret, isSecretName } = options
  const record = createRecorder(options)

  const hide = ({ call }: Exchange, result: Result<Answer>) =>
    result.ok ? result : hideSecrets(result, call, isSecret)

  /** Records a result and returns its answer. */
  const answerTo = (
    exchange: Exchange,
    result: Result<Answer>,
    ending: Partial<Ending>,
    action?: Outcome['action'],
  ): string => {
    const { protocol, requestId } = exchange
    const shown = hide(exchange, result)
    const error = shown.ok ? {} : { message: protocol.messageOf(shown.error, action) }
    record(exchange, { code: shown.ok ? 'Success' : shown.error.code, ...error, ...ending })
    return protocol.encode(shown, requestId, action)
  }

  const send = (exchange: Exchange, reply: FastifyReply, { result, action, rules, hint }: Outcome): void => {
    if (!result) return
    const text = answerTo(exchange, result, { status: 200, rules, hint }, action)
    reply.header('Content-Type', contentType).serializer(passThrough).send(text)
  }

  return {
    answerTo,

    finish(exchange: Exchange, reply: FastifyReply, outcome: Outcome): void {
      const { effect, rules, result, action } = outcome
      if (effect?.kind === 'status') {
        record(exchange, { code: `HTTP ${effect.status}`, status: effect.status, rules })
        sendStatus(reply, effect)
      } else if (effect?.kind === 'drop') {
        record(exchange, { code: `Dropped ${effect.when}`, rules })
        const text = result && exchange.protocol.encode(hide(exchange, result), exchange.requestId, action)
        if (text === undefined) dropConnection(reply)
        else sendTruncated(reply, { 'content-type': contentType }, text)
      } else {
        send(exchange, reply, outcome)
      }
    },

    /** Answers a request whose processing threw: a bug, a caller that disconnected, or a shutdown during a wait. */
    sendError(exchange: Exchange, reply: FastifyReply, error: unknown): void {
      const { protocol, requestId, log } = exchange
      if (error instanceof CallerGone) {
        record(exchange, { code: 'CallerGone' })
        reply.hijack()
        return
      }
      const context = error instanceof ShuttingDown ? { detail: error.message } : {}
      if (!(error instanceof ShuttingDown)) log.error({ err: error, requestId }, 'internal error')
      send(exchange, reply, { action: undefined, result: fail(protocol.internalError, context), rules: [] })
    },

    logRefusal({ call: { account, diagnosis }, requestId, log }: Exchange): void {
      if (!diagnosis) return
      const { canonicalRequest, stringToSign, mistake } = diagnosis
      const show = (text?: string) => (text !== undefined && isSecret(text) ? redacted : text)
      const shown = {
        stringToSign: show(stringToSign),
        canonicalRequest: show(canonicalRequest),
        mistake: show(mistake),
      }
      log.warn({ requestId, account: account && redactText(account, isSecretName), ...shown }, 'signature refused')
    },
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
    body: Array.isArray(body) ? Buffer.concat(body) : Buffer.alloc(0),
  }
}

function headersOf({ rawHeaders }: Head): Map<string, string> {
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.set(rawHeaders[i]?.toLowerCase() ?? '', rawHeaders[i + 1] ?? '')
  }
  return headers
}
