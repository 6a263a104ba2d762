import type { Answer } from '../core/dispatcher.ts'
import type { ApiError, ErrorCode, Result } from '../core/errors.ts'

/** `{"Response": …}` with the RequestId, last unless told otherwise (spec/common.md §8). */
export function envelope(result: Result<Answer>, RequestId: string, requestIdFirst = false) {
  if (!result.ok) {
    const { code, message } = result.error
    return { Response: { Error: { Code: code, Message: message }, RequestId } }
  }
  return { Response: requestIdFirst ? { RequestId, ...result.value } : { ...result.value, RequestId } }
}

/** The integer codes of the account API (spec/common.md §10); a code that has none is a failed operation. */
const integers: Partial<Record<ErrorCode, number>> = {
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

/** The module codes that stand in front of a message (spec/projects.md, Module error codes). */
const moduleCodes: Partial<Record<ErrorCode, string>> = {
  'FailedOperation.ProjectNumExceed': '(1015)',
  'InvalidParameter.ProjectNameExisted': '(1036)',
}

/** `{code, message, …}`, errors too, and no RequestId (spec/projects.md). */
export const accountEnvelope = (result: Result<Answer>): Record<string, unknown> =>
  result.ok ? { code: 0, message: '', ...result.value } : toFailure(result.error)

const toFailure = ({ code, message }: ApiError) => ({
  code: integers[code] ?? operationFailed,
  message: `${moduleCodes[code] ?? ''}${message}`,
})
