import type { Action } from './action.ts'
import type { Generation } from './api-version.ts'
import { type ErrorCode, type Failure, fail } from './errors.ts'

/** Common codes that the other generation calls by another name (docs/behaviour.md#codes-of-30). */
const general: Readonly<Record<Generation, Partial<Record<ErrorCode, ErrorCode>>>> = {
  v2: {
    'AuthFailure.InvalidSecretId': 'InvalidParameter.SecretIdNotFound',
    InvalidAction: 'InvalidAction.NotFound',
    NoSuchVersion: 'InvalidParameterValue',
  },
  v3: {
    AuthFailure: 'AuthFailure.UnauthorizedOperation',
    'InvalidAction.ActionUnavailable': 'ResourceUnavailable',
    'InvalidAction.NotFound': 'InvalidAction',
    'InvalidParameter.SecretIdNotFound': 'AuthFailure.SecretIdNotFound',
    'InvalidParameter.SignatureFailure': 'AuthFailure.SignatureFailure',
    'InvalidRequest.Forbidden': 'UnauthorizedOperation',
    'InvalidRequest.LimitExceeded': 'RequestLimitExceeded',
    'InvalidRequest.MFACheckFailed': 'AuthFailure.MFAFailure',
    'InvalidRequest.ReplayAttack': 'AuthFailure.SignatureExpire',
    'InvalidRequest.RequestConcurrencyExceeded': 'RequestLimitExceeded',
    'InvalidRequest.TokenCheckFailed': 'AuthFailure.TokenFailure',
    'InvalidRequest.UnsupportedProtocol': 'UnsupportedProtocol',
    'InternalError.CAMInnerError': 'InternalError',
    'InternalError.ResourceOpFailed': 'FailedOperation',
  },
}

/** A failure in the words of a generation; `action` is the one that was called, if there is such a one. */
export function inWordsOf(generation: Generation, action: Action | undefined, failure: Failure): Failure {
  const { code } = failure.error
  const own = (generation === 'v3' ? action?.v3?.codes : action?.v2Codes) as typeof general.v2 | undefined
  return rename(failure, own?.[code] ?? (isListed(generation, action, code) ? code : general[generation][code]))
}

/** The same of what somebody forces by its code: 2017-03-12 answers whichever it is, 3.0 what its action lists. */
export function forcedInWordsOf(generation: Generation, action: Action, failure: Failure): Failure {
  return generation === 'v2' || isListed(generation, action, failure.error.code)
    ? failure
    : inWordsOf(generation, action, failure)
}

const isListed = (generation: Generation, action: Action | undefined, code: ErrorCode) =>
  generation === 'v3' && action?.v3?.errors.includes(code) === true

function rename({ error }: Failure, code: ErrorCode | undefined): Failure {
  if (code === undefined || code === error.code) return { ok: false, error }
  const { message, about } = error
  return about ? fail(code, about) : { ok: false, error: { code, message } }
}
