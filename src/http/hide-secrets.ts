import type { FastifyInstance } from 'fastify'
import type { Call } from '../core/call.ts'
import { type Failure, fail } from '../core/errors.ts'
import { secretKinds } from '../identity/secrets.ts'
import { searchedPart } from '../journal/redaction.ts'

type IsSecret = (text: string) => boolean

const hidden = `Details are hidden, because the request contains ${secretKinds}.`

/**
 * Returns the failure with no value of the caller when the message quotes a secret. The values themselves are searched, too,
 * because the message may have only the beginning of one.
 */
export function hideSecrets(failure: Failure, call: Call, isSecret: IsSecret): Failure {
  const { code, message, context = {} } = failure.error
  const quoted = [...Object.values(context).flat(), call.region ?? '', call.forced.error?.value ?? ''].map(searchedPart)
  return isSecret([message, ...quoted].join('\n')) ? fail(code, { detail: hidden }) : failure
}

/** In characters. A path in a document may be longer. */
const maxMessageLength = 2_000

/** Hides secrets in the errors of the paths beside the API, which quote paths, headers and bodies, and shortens long ones. */
export function hideSecretsOfControl(app: FastifyInstance, isSecret: IsSecret): void {
  app.addHook<{ error?: { code: string; message: string } }>(
    'preSerialization',
    ({ headers: { referer = '' } }, _reply, payload, done) => {
      const { error } = payload ?? {}
      if (error === undefined) {
        done(null, payload)
        return
      }
      const { message } = error
      // Only the origin of a Referer is quoted, and in lower case, in which a private key is not recognized
      const isHidden = isSecret(`${message.slice(0, 2 * maxMessageLength)}\n${referer}`)
      const shown = message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message
      done(null, { error: { ...error, message: isHidden ? hidden : shown } })
    },
  )
}
