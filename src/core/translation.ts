import { type Action, documentedCodes } from './action.ts'
import { type ErrorCode, type Failure, fail } from './errors.ts'
import type { ApiVersion } from './schema.ts'

/** The codes that only one version of the API has, and their names in the other (docs/behaviour.md#codes-of-30). */
const commonCodes: Readonly<Record<ApiVersion, Partial<Record<ErrorCode, ErrorCode>>>> = {
  '2017-03-12': {
    'AuthFailure.InvalidSecretId': 'InvalidParameter.SecretIdNotFound',
    InvalidAction: 'InvalidAction.NotFound',
    InvalidRequest: 'InvalidParameter',
    NoSuchVersion: 'InvalidParameterValue',
    RequestSizeLimitExceeded: 'InvalidParameter',
  },
  '3.0': {
    'InvalidAction.ActionUnavailable': 'ResourceUnavailable',
    'InvalidAction.NotFound': 'InvalidAction',
    InvalidKeyPairDescriptionTooLong: 'InvalidParameterValue',
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

/** Translates the code of a failure for a version of the API. `action` is undefined for a call without a known one. */
export function translateError(apiVersion: ApiVersion, action: Action | undefined, failure: Failure): Failure {
  const { code, message, context } = failure.error
  const codes: Partial<Record<ErrorCode, ErrorCode>> | undefined = action?.[apiVersion]?.codes
  const translated = codes?.[code] ?? (isListed(apiVersion, action, code) ? code : commonCodes[apiVersion][code])
  if (translated === undefined || translated === code) return failure
  return context ? fail(translated, context) : { ok: false, error: { code: translated, message } }
}

/**
 * Translates a forced code. 2017-03-12 answers every code unchanged, and 3.0 those that are not in 2017-03-12 alone
 * (docs/behaviour.md#forced-errors-and-delays).
 */
export const translateForcedError = (apiVersion: ApiVersion, failure: Failure): Failure =>
  apiVersion === '2017-03-12' ? failure : translateError(apiVersion, undefined, failure)

const isListed = (apiVersion: ApiVersion, action: Action | undefined, code: ErrorCode) =>
  apiVersion === '3.0' && action !== undefined && documentedCodes('3.0', action).includes(code)
