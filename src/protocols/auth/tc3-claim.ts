import { type Failure, fail } from '../../core/errors.ts'
import { missingParameter } from '../../core/validation.ts'
import { lastValue } from '../parse/form.ts'
import type { ReadRequest } from '../parse/request.ts'
import type { Claim } from './authenticate.ts'
import { diagnoseTc3 } from './tc3-diagnosis.ts'
import {
  canonicalVariants,
  hashOfVariant,
  readAuthorization,
  type Tc3Authorization,
  tc3Signature,
  tc3SigningKey,
  tc3StringToSign,
} from './tc3-signature.ts'

/**
 * The claim of a request that TC3-HMAC-SHA256 signs: the proof is in headers, and covers body and query completely
 * (docs/behaviour.md#authorization-header).
 */
export function tc3Claim({ request, entries }: Pick<ReadRequest, 'request' | 'entries'>): Claim {
  const { headers } = request
  const authorization = headers.get('authorization')
  const proof = authorization === undefined ? undefined : readAuthorization(authorization)
  const timestamp = headers.get('x-tc-timestamp')
  return {
    // A malformed Authorization or an unsigned request may still name its SecretId
    secretId:
      proof?.secretId ?? /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1] ?? lastValue(entries, 'SecretId'),
    entries,
    check: () => checkProof(authorization, proof) ?? (timestamp === undefined ? noTimestamp : undefined),
    verify(secretKey) {
      if (!proof || timestamp === undefined) return undefined
      const scope = { ...proof, timestamp }
      const key = tc3SigningKey(secretKey, proof)
      for (const variant of canonicalVariants(request, proof)) {
        if (tc3Signature(key, tc3StringToSign(hashOfVariant(variant), scope)) === proof.signature)
          return { entries, timestamp, token: headers.get('x-tc-token') }
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

function checkProof(authorization: string | undefined, proof: Tc3Authorization | undefined): Failure | undefined {
  if (authorization === undefined) return missingParameter('Authorization', 'the headers')
  const signatureFailure = (detail: string) => fail('InvalidParameter.SignatureFailure', { detail })
  if (!proof) {
    return signatureFailure(
      '`Authorization` must be `TC3-HMAC-SHA256 Credential=SecretId/date/service/tc3_request, SignedHeaders=…, Signature=…`.',
    )
  }
  const absent = alwaysSigned.find((name) => !proof.signedHeaders.includes(name))
  return absent === undefined ? undefined : signatureFailure(`\`SignedHeaders\` must include \`${absent}\`.`)
}
