import type { FastifyBaseLogger } from 'fastify'
import type { Call } from '../core/call.ts'
import { shorten } from '../core/errors.ts'
import { recordDiagnosis } from '../journal/diagnosis.ts'
import type { Journal } from '../journal/journal.ts'
import { cut, redacted, redactParameters, redactText, searchedPart, searchedText } from '../journal/redaction.ts'

interface RecorderOptions {
  readonly journal: Pick<Journal, 'add'>
  /** Whether a text contains a known SecretKey or token, or a private key. */
  isSecret(text: string): boolean
  /** The same for the name of an account, which is shown when it belongs to a credential. */
  isSecretName(name: string): boolean
}

/** What the recorder needs of an exchange. */
interface Recorded {
  readonly time: Date
  readonly call: Call
  readonly origin: Origin
  readonly requestId: string
  readonly log: FastifyBaseLogger
  /** Milliseconds since the request arrived. */
  elapsedMs(): number
}

/** Who asked, and where; of bytes that are no request nothing is known. */
export interface Origin {
  readonly method?: string | undefined
  readonly path?: string | undefined
  readonly client?: string | undefined
}

/** How an exchange ended. */
export interface Ending {
  /** `Success`, an error code, or the effect of a fault. */
  readonly code: string
  /** The message of an error as it is answered, without secrets. */
  readonly message?: string
  /** The HTTP status, if an answer is sent. */
  readonly status?: number
  readonly rules?: readonly string[]
  /** Why a request could not be read, for the log. */
  readonly reason?: string
  /** How a rule can answer an action that the emulator does not have. */
  readonly hint?: string | undefined
}

/** Returns the function that writes the log line and the journal entry of an exchange. */
export function createRecorder({ journal, isSecret, isSecretName }: RecorderOptions) {
  const findNone = () => false

  return (exchange: Recorded, { code, message, status, rules = [], reason, ...more }: Ending): void => {
    const { time, call, origin, requestId, log, elapsedMs } = exchange
    const { signature, sent, apiVersion, diagnosis } = call
    const { method, path, client } = origin
    const texts = [call.account, call.action, call.region, path, client, ...rules]
    // Most requests contain no secret, so one search usually suffices. It also finds what is secret in a name
    const isClean = !isSecret(searchedText(sent, texts))
    const [isHidden, isHiddenName] = isClean ? [findNone, findNone] : [isSecret, isSecretName]
    const account = call.account && redactText(call.account, isHiddenName)
    const action = call.action && redactText(call.action, isHidden)
    const durationMs = Math.round(elapsedMs() * 10) / 10
    // It has only the beginning of a long name
    const isSecretHint = [call.action, call.version].some((text = '') => isHidden(searchedPart(text)))
    const hint = more.hint && { hint: isSecretHint ? redacted : more.hint }
    const line = {
      requestId,
      action: action && shorten(action),
      account,
      code,
      durationMs,
      ...(reason && { reason }),
      ...hint,
    }
    log.info(line, 'request completed')
    journal.add({
      time,
      requestId,
      method,
      path: path && redactText(path, isHidden),
      apiVersion,
      client: client && redactText(client, isHidden),
      account,
      action,
      region: call.region && redactText(call.region, isHidden),
      parameters: redactParameters(sent, isHidden),
      signature,
      code,
      message: message && cut(message),
      status,
      durationMs,
      // The client chooses the ids of rules, too
      faults: rules.map((id) => redactText(id, isHidden)),
      ...hint,
      diagnosis: diagnosis && recordDiagnosis(diagnosis, isSecret),
    })
  }
}
