import { textsOf30 } from './errors-3.0.ts'

/**
 * Every error code of 2017-03-12 that the emulator can answer, with its text.
 * The codes are those of the page of common codes and of the pages of the actions. Where an answer of the real service
 * is on record, its wording is used (docs/behaviour.md#message-texts).
 *
 * `fail` replaces a placeholder such as `{parameter}` by its value, or removes it when there is no value.
 */
const textsOf2017 = {
  AuthFailure: 'qcloud was not able to validate the provided access credentials',
  UnauthorizedOperation: 'The sub-account may not call this API, or not on this resource.',
  InternalError: 'An internal error has occurred.',
  'InternalError.CAMInnerError': 'The authorization backend failed.',
  'InternalError.ResourceOpFailed': 'The operation on the resource failed.',
  InternalServerError: 'An internal error has occurred.',
  'InvalidAction.ActionUnavailable': 'The action `{value}` is temporarily out of service.',
  'InvalidAction.NotFound': 'The action `{value}` does not exist in this version of the API.',
  InvalidParameter: 'A parameter `{parameter}` is missing or malformed.',
  'InvalidParameter.SecretIdNotFound': 'The SecretId `{value}` does not exist.',
  'InvalidParameter.SignatureFailure':
    'The provided credentials could not be validated. Please check your signature is correct.',
  InvalidParameterValue: 'The value `{value}` specified in the parameter `{parameter}` is not valid.',
  'InvalidRequest.Forbidden': 'The account is banned or may not use this API.',
  'InvalidRequest.LimitExceeded': 'The number of calls exceeds the quota.',
  'InvalidRequest.MFACheckFailed': 'The MFA code is missing or wrong.',
  'InvalidRequest.ReplayAttack': 'The nonce was used before, or the timestamp is outside the allowed window.',
  'InvalidRequest.RequestConcurrencyExceeded': 'The number of calls per second exceeds the limit.',
  'InvalidRequest.TokenCheckFailed': 'The temporary token is wrong.',
  'InvalidRequest.UnsupportedProtocol': 'The protocol is not supported; use HTTPS.',
  MissingParameter: 'The request is missing a required parameter `{parameter}`.',

  InvalidFilter: 'The filter `{value}` is not supported.',
  'InvalidFilterValue.LimitExceeded': 'The number of filters, or of values of a filter, exceeds the limit.',
  'InvalidHostId.Malformed': 'The host id `{value}` is malformed.',
  'InvalidInstance.NotSupported':
    'The request does not support the instances `{value}` which are in operation or in a special state.',
  'InvalidInstanceId.Malformed': 'The instance id `{value}` is malformed.',
  'InvalidInstanceId.NotFound': 'The specified instance ID `{values}` is not found.',
  'InvalidKeyPair.LimitExceeded': 'The number of key pairs exceeds the limit.',
  'InvalidKeyPair.NotSupported': 'The request does not support the key pair `{value}` which associastes with image.',
  InvalidKeyPairDescriptionTooLong: 'The description of the key pair is too long.',
  'InvalidKeyPairId.Malformed': 'The key pair id `{value}` is malformed.',
  'InvalidKeyPairId.NotFound': 'The key pair `{value}` does not exist.',
  'InvalidKeyPairName.Duplicate': 'The key pair name `{value}` is already in use.',
  InvalidKeyPairNameEmpty: 'The key pair name is empty.',
  InvalidKeyPairNameIncludeIllegalChar: 'The key pair name `{value}` contains an illegal character.',
  InvalidKeyPairNameTooLong: 'The key pair name `{value}` is too long.',
  'InvalidParameterValue.LimitExceeded': 'The number of values of the parameter `{parameter}` exceeds the limit.',
  InvalidParameterValueLimit: 'The value `{value}` of the parameter `{parameter}` is out of range.',
  InvalidParameterValueOffset: 'The value `{value}` of the parameter `{parameter}` is not a valid offset.',
  'InvalidProjectId.NotFound': 'The project `{value}` does not exist.',
  'InvalidPublicKey.Duplicate': 'The public key is already registered.',
  'InvalidPublicKey.Malformed': 'The public key is not an OpenSSH RSA key.',
  'InvalidZone.MismatchRegion': 'The zone `{value}` does not exist in this region.',

  // The account API answers with integers; these are the codes of its 3.0 successor (docs/behaviour.md#integer-codes)
  'FailedOperation.ProjectNumExceed': 'The number of projects exceeds the limit.',
  'InvalidParameter.ProjectNameExisted': 'The project name `{value}` is already in use.',
} as const satisfies Record<string, string>

/** A code of 2017-03-12. */
export type CodeOf2017 = keyof typeof textsOf2017

/** The codes for too many calls, whose message says how many. */
export const requestLimitCodes: readonly ErrorCode[] = [
  'InvalidRequest.LimitExceeded',
  'InvalidRequest.RequestConcurrencyExceeded',
  'RequestLimitExceeded',
]

/** Every code of both versions of the API, with its text. */
export const errorTexts = { ...textsOf2017, ...textsOf30 }

export type ErrorCode = keyof typeof errorTexts

/** Whether a text, such as the value of `X-Emulator-Error`, is an error code. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorTexts, text)

/** An error as the caller receives it: a code for programs and a message for people. */
export interface ApiError<Code extends ErrorCode = ErrorCode> {
  readonly code: Code
  readonly message: string
  /** What the message was made from; needed to build it again for another code. */
  readonly context?: ErrorContext
}

export interface Failure<Code extends ErrorCode = ErrorCode> {
  readonly ok: false
  readonly error: ApiError<Code>
}

/** The outcome of anything that a client can make fail: a value, or a failure with one of the codes in the type. */
export type Result<Value, Code extends ErrorCode = ErrorCode> =
  | { readonly ok: true; readonly value: Value }
  | Failure<Code>

export const ok = <Value>(value: Value) => ({ ok: true, value }) as const

/** What replaces the placeholders of the text. `detail` is a sentence that follows the text. */
export interface ErrorContext {
  readonly parameter?: string
  readonly value?: string
  /** Ids, which are written as a list and never cut. */
  readonly values?: readonly string[]
  readonly service?: string
  readonly version?: string
  /** The first character that a text may not have. */
  readonly character?: string
  readonly detail?: string
  /** Replaces the text of the code, where the real service has several wordings for one code. */
  readonly wording?: string
}

/** Creates the failure with this code. Values are cut after 64 characters; a request may have 10 MB of them. */
export function fail<const Code extends ErrorCode>(code: Code, context: ErrorContext = {}): Failure<Code> {
  const pattern = /([ =])(`?)\{(\w+)\}\2/g
  const text = (context.wording ?? errorTexts[code]).replaceAll(
    pattern,
    (_, before, quote, name: keyof ErrorContext) => {
      const value = context[name]
      if (value === undefined) return ''
      const shown = typeof value === 'string' ? shorten(value) : `['${value.join("', '")}']`
      return before + quote + shown + quote
    },
  )
  return { ok: false, error: { code, message: context.detail ? `${text} ${context.detail}` : text, context } }
}

const maxEchoLength = 64

/** Cuts a text of the caller after 64 characters, for an error message or the log. */
export const shorten = (text: string): string =>
  text.length > maxEchoLength
    ? `${Array.from(text.slice(0, 2 * maxEchoLength))
        .slice(0, maxEchoLength)
        .join('')}…`
    : text
