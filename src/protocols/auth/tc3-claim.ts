import { errorTexts, type Failure, fail } from '../../core/errors.ts'
import type { SignatureCause } from '../../core/signature-causes.ts'
import { missingParameter } from '../../core/validation.ts'
import { lastValue } from '../parse/form.ts'
import type { ReadRequest, WireRequest } from '../parse/request.ts'
import type { Claim, Refusal } from './authenticate.ts'
import { diagnoseScope, diagnoseTc3 } from './tc3-diagnosis.ts'
import {
  canonicalVariants,
  hashOfVariant,
  readAuthorization,
  scopeSuffix,
  type Tc3Authorization,
  tc3Signature,
  tc3SigningKey,
  tc3StringToSign,
  utcDate,
} from './tc3-signature.ts'

/**
 * The claim of a request that TC3-HMAC-SHA256 signs: the proof is in headers, and covers body and query completely
 * (docs/behaviour.md#authorization-header). `service` is that of the called action; undefined for an unknown one.
 */
export function tc3Claim(
  { request, entries }: Pick<ReadRequest, 'request' | 'entries'>,
  service: string | undefined,
): Claim {
  const { headers } = request
  const authorization = headers.get('authorization')
  const proof = authorization === undefined ? undefined : readAuthorization(authorization)
  const timestamp = headers.get('x-tc-timestamp')
  return {
    // A malformed Authorization or an unsigned request may still name its SecretId
    secretId:
      proof?.secretId ?? /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1] ?? lastValue(entries, 'SecretId'),
    source: proof !== undefined && /^\d{4}-\d\d-\d\d$/.test(proof.date) ? undefined : authorization,
    check(accounts) {
      if (authorization === undefined) return missingParameter('Authorization', 'the headers')
      if (!proof) return malformed
      const absent = alwaysSigned.find((name) => !proof.signedHeaders.includes(name))
      if (absent !== undefined) {
        return fail('InvalidParameter.SignatureFailure', { detail: `\`SignedHeaders\` must include \`${absent}\`.` })
      }
      if (timestamp === undefined) return noTimestamp
      const refuse = (part: string, cause: SignatureCause): Refusal => {
        const expected = { timestamp, date: utcDate(timestamp), service: service ?? proof.service }
        const diagnosis = diagnoseScope(request, proof, expected, accounts, cause)
        return { ...nonconforming(`\`${part}\` in Credential not valid. ${capitalize(diagnosis.mistake)}.`), diagnosis }
      }
      if (proof.suffix !== scopeSuffix) return refuse(scopeSuffix, 'wrong-end-of-scope')
      return isService(proof.service, request, service) ? undefined : refuse('Service', 'wrong-service-in-scope')
    },
    verify(secretKey) {
      if (!proof || timestamp === undefined || !isDateOf(timestamp, proof.date)) return undefined
      const scope = { ...proof, timestamp }
      const key = tc3SigningKey(secretKey, proof)
      for (const variant of canonicalVariants(request, proof)) {
        if (tc3Signature(key, tc3StringToSign(hashOfVariant(variant), scope)) === proof.signature)
          return { timestamp, token: headers.get('x-tc-token') }
      }
      return undefined
    },
    diagnose: (secretKey, accounts) =>
      diagnoseTc3({ request, proof: proof as Tc3Authorization, timestamp: timestamp ?? '', secretKey }, accounts),
  }
}

const noTimestamp = missingParameter('Timestamp', 'the header X-TC-Timestamp')

/** Every signature must cover these headers (docs/behaviour.md#authorization-header). */
const alwaysSigned = ['content-type', 'host']

/** The sentence of the real service continues with what is wrong (docs/behaviour.md#authorization-header). */
const nonconforming = (detail: string): Failure =>
  fail('AuthFailure.InvalidAuthorization', {
    wording: errorTexts['AuthFailure.InvalidAuthorization'].replace(/\.$/, ':'),
    detail,
  })

const malformed = nonconforming(
  `it must be \`TC3-HMAC-SHA256 Credential=SecretId/date/service/${scopeSuffix}, SignedHeaders=…, Signature=…\`.`,
)

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Whether the scope may have this date. A timestamp that is not a number has no date, and has an error of its own. */
const isDateOf = (timestamp: string, date: string) => ['', date].includes(utcDate(timestamp))

/**
 * Whether the scope may name this service: that of the called action, or what SDKs derive from a local endpoint, which
 * they cut at its first dot (docs/behaviour.md#credential-scope).
 */
function isService(name: string, { headers, path }: WireRequest, service: string | undefined): boolean {
  const host = (headers.get('host') ?? '').replace(/^https?:\/\//, '')
  const endpoints = [host, host.replace(/:\d+$/, ''), host + path]
  return service === undefined || [service, ...endpoints.map((one) => one.split('.', 1)[0])].includes(name)
}
