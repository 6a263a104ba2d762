import type { Answer } from '../core/dispatcher.ts'
import type { ApiError, ErrorCode, Result } from '../core/errors.ts'

/**
 * `{"Response": …}` with the RequestId, which is the last field by default (docs/behaviour.md#envelope-of-answers).
 */
export function envelope(result: Result<Answer>, RequestId: string, requestIdFirst = false) {
  if (!result.ok) {
    const { code, message } = result.error
    return { Response: { Error: { Code: code, Message: message }, RequestId } }
  }
  return { Response: requestIdFirst ? { RequestId, ...result.value } : { ...result.value, RequestId } }
}

/** The integer codes of the account API; any other code is a failed operation (docs/behaviour.md#integer-codes). */
const integerCodes: Partial<Record<ErrorCode, number>> = {
  MissingParameter: 4000,
  InvalidParameter: 4000,
  InvalidParameterValue: 4000,
  'InvalidParameter.SignatureFailure': 4100,
  AuthFailure: 4100,
  'InvalidRequest.TokenCheckFailed': 4100,
  'InvalidRequest.MFACheckFailed': 4100,
  UnauthorizedOperation: 4101,
  'InvalidParameter.SecretIdNotFound': 4104,
  'InvalidRequest.Forbidden': 4300,
  'InvalidRequest.LimitExceeded': 4400,
  'InvalidRequest.RequestConcurrencyExceeded': 4400,
  'InvalidRequest.ReplayAttack': 4500,
  'InvalidRequest.UnsupportedProtocol': 4600,
  InternalError: 6000,
  InternalServerError: 6000,
  'InvalidAction.NotFound': 6100,
  'InvalidAction.ActionUnavailable': 6200,
}

const operationFailed = 5100

/** Module codes, which are put before the message (docs/behaviour.md#integer-codes). */
const moduleCodes: Partial<Record<ErrorCode, string>> = {
  'FailedOperation.ProjectNumExceed': '(1015)',
  'InvalidParameter.ProjectNameExisted': '(1036)',
}

/** `{code, message, …}`, without a RequestId, also for errors (docs/behaviour.md#envelope-of-the-account-api). */
export const accountEnvelope = (result: Result<Answer>): Record<string, unknown> =>
  result.ok ? { code: 0, message: '', ...result.value } : toAccountError(result.error)

const toAccountError = (error: ApiError) => ({
  code: integerCodes[error.code] ?? operationFailed,
  message: accountMessage(error),
})

/** The message of an error of the account API. */
export const accountMessage = ({ code, message }: ApiError): string => `${moduleCodes[code] ?? ''}${message}`
