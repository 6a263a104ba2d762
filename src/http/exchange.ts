import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from '../core/dispatcher.ts'
import { type Failure, fail, type Result, shorten } from '../core/errors.ts'
import type { Journal } from '../journal/journal.ts'
import { cut, privateKeyPattern, recordable, redacted } from '../journal/redaction.ts'
import type { Caller } from '../keys/key-source.ts'
import { type Protocols, pathOf } from '../protocols/index.ts'
import type { WireRequest } from '../protocols/parse/request.ts'
import type { Decoded, Protocol } from '../protocols/protocol.ts'
import type { Activity } from '../system/activity.ts'
import { CallerGone, ShuttingDown } from '../system/errors.ts'
import type { Ids } from '../system/ids.ts'
import { type MaybePromise, thenMaybe } from '../system/maybe-promise.ts'
import type { System } from '../system/system.ts'
import type { Outcome, RuledDispatcher } from './apply-rules.ts'
import { breakOff, hangUp, sendStatus } from './effects.ts'

interface ExchangeOptions {
  readonly protocols: Protocols
  readonly dispatcher: RuledDispatcher
  readonly ids: Ids
  readonly activity: Pick<Activity, 'enter' | 'leave'>
  readonly journal: Pick<Journal, 'add'>
  readonly system: Pick<System, 'now'>
  /** Whether a text holds a secret that is known here. */
  isSecret(text: string): boolean
}

/**
 * Answers requests to the API: bytes → call → result → bytes; a line in the log and an entry in the journal for each.
 */
export interface Api {
  answer(request: FastifyRequest, reply: FastifyReply): MaybePromise<void>
  /** The answer to what did not arrive as a whole request; `head` is what did, if anything. */
  refusal(failure: Failure, log: FastifyBaseLogger, head?: Head): Buffer
}

/** The request line and the headers. */
type Head = Pick<IncomingMessage, 'url' | 'rawHeaders'>

/** A request on its way to its answer. */
interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly time: Date
  readonly protocol: Protocol
  readonly wire: WireRequest
  decoded?: Decoded
  requestId?: string
}

export function createExchange({
  protocols,
  dispatcher,
  ids,
  activity,
  journal,
  system,
  isSecret,
}: ExchangeOptions): Api {
  const newRequestId = (protocol: Protocol, account?: string) => protocol.requestId(ids.requestId(account))

  const begin = (call: Exchange): MaybePromise<Outcome> => {
    const { request, reply, protocol } = call
    call.decoded = protocol.decode(call.wire)
    const { result, account, diagnosis } = call.decoded
    call.requestId = newRequestId(protocol, account)
    if (diagnosis) request.log.warn({ requestId: call.requestId, account, ...diagnosis }, 'signature refused')
    return result.ok ? dispatcher.dispatch(result.value, callerOf(reply)) : dispatcher.refuse(result, call.decoded)
  }

  /** What somebody called something, cut, and not at all when it is a secret. */
  const shown = (text: string | undefined) =>
    text !== undefined && (isSecret(text) || privateKeyPattern.test(text)) ? redacted : text && cut(text)

  const record = ({ reply, time, decoded, requestId = '' }: Exchange, code: string, faults = noFaults) => {
    const { sent = [], signature = 'unchecked' } = decoded ?? nothing
    const [account, action, region] = [decoded?.account, decoded?.action, decoded?.region].map(shown)
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    reply.log.info({ requestId, action: action && shorten(action), account, code, durationMs }, 'answered')
    journal.add({
      time,
      requestId,
      account,
      action,
      region,
      parameters: recordable(sent, isSecret),
      signature,
      code,
      durationMs,
      faults,
    })
  }

  const encode = ({ protocol, decoded, requestId = '' }: Exchange, result: Result<Answer>): string => {
    const action = decoded?.action
    return protocol.encode(result, requestId, action === undefined ? undefined : dispatcher.actionNamed(action))
  }

  const send = (call: Exchange, result: Result<Answer>, faults?: readonly string[]): void => {
    call.requestId ??= newRequestId(call.protocol)
    record(call, codeOf(result), faults)
    call.reply.header('Content-Type', contentType).serializer(passThrough).send(encode(call, result))
  }

  const finish = (call: Exchange, { result, instead, faults }: Outcome): void => {
    if (instead?.status !== undefined) {
      record(call, `HTTP ${instead.status}`, faults)
      sendStatus(call.reply, instead)
    } else if (instead?.drop !== undefined) {
      record(call, `Dropped ${instead.drop}`, faults)
      if (result) breakOff(call.reply, { 'content-type': contentType }, encode(call, result))
      else hangUp(call.reply)
    } else if (result) {
      send(call, result, faults)
    }
  }

  const sendFailure = (call: Exchange, error: unknown): void => {
    if (error instanceof ShuttingDown) {
      send(call, fail(call.protocol.internalError, { detail: error.message }))
      return
    }
    const { request, reply } = call
    call.requestId ??= newRequestId(call.protocol)
    if (error instanceof CallerGone) {
      record(call, 'CallerGone')
      reply.hijack()
      return
    }
    request.log.error({ err: error, requestId: call.requestId }, 'internal error')
    send(call, fail(call.protocol.internalError))
  }

  const answer = (request: FastifyRequest, reply: FastifyReply): MaybePromise<void> => {
    const wire = wireRequest(request)
    const call: Exchange = { request, reply, time: system.now(), wire, protocol: protocols.of(wire) }
    const fails = (error: unknown) => sendFailure(call, error)
    activity.enter()
    let isWaiting = false
    try {
      const sent = thenMaybe(begin(call), (outcome) => finish(call, outcome))
      isWaiting = sent instanceof Promise
      if (sent instanceof Promise) return sent.catch(fails).finally(activity.leave)
    } catch (error) {
      fails(error)
    } finally {
      if (!isWaiting) activity.leave()
    }
  }

  return {
    answer,
    refusal(failure, log, head = nobody) {
      const protocol = protocols.of({ path: pathOf(head.url ?? ''), headers: headersOf(head) })
      const requestId = newRequestId(protocol)
      const { code, message } = failure.error
      log.info({ requestId, code, reason: message }, 'answered')
      const [time, parameters] = [system.now(), {}]
      journal.add({ time, requestId, parameters, signature: 'unchecked', code, durationMs: 0, faults: noFaults })
      return Buffer.from(protocol.encode(failure, requestId, undefined))
    },
  }
}

/**
 * No charset may follow: the official Python SDK would take an error for an empty success
 * (docs/behaviour.md#content-type-of-answers).
 */
const contentType = 'application/json'

/** Without it Fastify would add a charset; a text leaves in one piece with its headers, bytes do not. */
const passThrough = (payload: unknown) => payload as string

const codeOf = (result: Result<Answer>) => (result.ok ? 'Success' : result.error.code)

const noFaults: readonly string[] = []
const nothing: Partial<Decoded> = {}
const nobody: Head = { rawHeaders: [] }

const callerOf = ({ raw }: FastifyReply): Caller => ({
  onGone(listener) {
    // Whoever hung up before, during a delay, does so no second time
    if (raw.destroyed) setImmediate(listener)
    else raw.once('close', listener)
    return () => raw.off('close', listener)
  },
})

function wireRequest({ method, raw, body }: FastifyRequest): WireRequest {
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
