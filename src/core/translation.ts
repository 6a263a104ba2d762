import type { Action } from './action.ts'
import type { ApiVersion } from './api-version.ts'
import { type ErrorCode, type Failure, fail } from './errors.ts'

/** Common codes that the other generation calls by another name (docs/behaviour.md#codes-of-30). */
const general: Readonly<Record<ApiVersion, Partial<Record<ErrorCode, ErrorCode>>>> = {
  '2017-03-12': {
    'AuthFailure.InvalidSecretId': 'InvalidParameter.SecretIdNotFound',
    InvalidAction: 'InvalidAction.NotFound',
    NoSuchVersion: 'InvalidParameterValue',
  },
  '3.0': {
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
export function translateError(apiVersion: ApiVersion, action: Action | undefined, failure: Failure): Failure {
  const { code } = failure.error
  const own: Partial<Record<ErrorCode, ErrorCode>> | undefined = action?.[apiVersion]?.codes
  return rename(failure, own?.[code] ?? (isListed(apiVersion, action, code) ? code : general[apiVersion][code]))
}

/** The same of what somebody forces by its code: 2017-03-12 answers whichever it is, 3.0 what its action lists. */
export function translateForcedError(apiVersion: ApiVersion, action: Action, failure: Failure): Failure {
  return apiVersion === '2017-03-12' || isListed(apiVersion, action, failure.error.code)
    ? failure
    : translateError(apiVersion, action, failure)
}

const isListed = (apiVersion: ApiVersion, action: Action | undefined, code: ErrorCode) =>
  apiVersion === '3.0' && action?.['3.0']?.errors.includes(code) === true

function rename({ error }: Failure, code: ErrorCode | undefined): Failure {
  if (code === undefined || code === error.code) return { ok: false, error }
  const { message, about } = error
  return about ? fail(code, about) : { ok: false, error: { code, message } }
}
