import { textsOf30 } from './errors-3.0.ts'

/**
 * Every error code of the 2017-03-12 generation that the emulator can answer, each with the text it has unless a case
 * has a wording of its own.
 * The codes are those of the page of common codes and of the action's page. Where a published answer of the real
 * service has a wording, it is used (docs/behaviour.md#message-texts).
 *
 * A slot such as `{parameter}` is filled by `fail`; without a filling it goes, so that each text also stands alone.
 */
const textsOf2017 = {
  AuthFailure: 'qcloud was not able to validate the provided access credentials',
  UnauthorizedOperation: 'The sub-account may not call this API, or not on this resource.',
  InternalError: 'An internal error has occurred.',
  'InternalError.CAMInnerError': 'The authorisation back end failed.',
  'InternalError.ResourceOpFailed': 'The operation on the resource failed.',
  InternalServerError: 'An internal error has occurred.',
  'InvalidAction.ActionUnavailable': 'The action `{value}` is temporarily out of service.',
  'InvalidAction.NotFound': 'The action `{value}` does not exist in this version of the API.',
  InvalidParameter: 'A parameter `{parameter}` is missing or has a bad format.',
  'InvalidParameter.SecretIdNotFound': 'The SecretId `{value}` does not exist.',
  'InvalidParameter.SignatureFailure':
    'The provided credentials could not be validated. Please check your signature is correct.',
  InvalidParameterValue: 'The value `{value}` specified in the parameter `{parameter}` is not valid.',
  'InvalidRequest.Forbidden': 'The account is banned, or is not among those this API is meant for.',
  'InvalidRequest.LimitExceeded': 'The number of calls exceeds the quota.',
  'InvalidRequest.MFACheckFailed': 'The second factor is missing or wrong.',
  'InvalidRequest.ReplayAttack': 'The nonce was used before, or the timestamp is out of the window.',
  'InvalidRequest.RequestConcurrencyExceeded': 'The number of calls per second exceeds the limit.',
  'InvalidRequest.TokenCheckFailed': 'The temporary token is wrong.',
  'InvalidRequest.UnsupportedProtocol': 'The protocol is not supported; use HTTPS.',
  MissingParameter: 'The request is missing a required parameter `{parameter}`.',

  InvalidFilter: 'The filter `{value}` is not supported.',
  'InvalidFilterValue.LimitExceeded': 'The number of filters, or of the values of one, exceeds the limit.',
  'InvalidInstance.NotSupported': 'The request does not support the instance `{value}`.',
  'InvalidInstanceId.Malformed': 'The instance id `{value}` has a bad format.',
  'InvalidInstanceId.NotFound': 'The instance `{value}` does not exist.',
  'InvalidKeyPair.LimitExceeded': 'The number of key pairs exceeds the limit.',
  // "associastes" as received; the sentence goes on: which associastes with image.
  'InvalidKeyPair.NotSupported': 'The request does not support the key pair `{value}`',
  InvalidKeyPairDescriptionTooLong: 'The description of the key pair is too long.',
  'InvalidKeyPairId.Malformed': 'The key pair id `{value}` has a bad format.',
  'InvalidKeyPairId.NotFound': 'The key pair `{value}` does not exist.',
  'InvalidKeyPairName.Duplicate': 'The key pair name `{value}` is already in use.',
  InvalidKeyPairNameEmpty: 'The key pair name is empty.',
  InvalidKeyPairNameIncludeIllegalChar: 'The key pair name `{value}` includes an illegal character.',
  InvalidKeyPairNameTooLong: 'The key pair name `{value}` is too long.',
  'InvalidParameterValue.LimitExceeded': 'The number of values of the parameter `{parameter}` exceeds the limit.',
  InvalidParameterValueLimit: 'The value `{value}` of the parameter `{parameter}` is out of range.',
  InvalidParameterValueOffset: 'The value `{value}` of the parameter `{parameter}` is no offset.',
  'InvalidProjectId.NotFound': 'The project `{value}` does not exist.',
  'InvalidPublicKey.Duplicate': 'The public key is already registered.',
  'InvalidPublicKey.Malformed': 'The public key is not an OpenSSH RSA key.',

  // The account API answers integers; these are the names of its successor in 3.0 (docs/behaviour.md#integer-codes)
  'FailedOperation.ProjectNumExceed': 'The number of projects exceeds the limit.',
  'InvalidParameter.ProjectNameExisted': 'The project name `{value}` is already in use.',
} as const satisfies Record<string, string>

/** A code that the 2017-03-12 generation has. */
export type CodeOf2017 = keyof typeof textsOf2017

/** Every code of both generations, with its text. */
export const errorTexts = { ...textsOf2017, ...textsOf30 }

export type ErrorCode = keyof typeof errorTexts

/** Whether a text, such as the value of `X-Emulator-Error`, is one of the codes above. */
export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorTexts, text)

/** What a caller is told: a code to branch on and a message to read. */
export interface ApiError<Code extends ErrorCode = ErrorCode> {
  readonly code: Code
  readonly message: string
  /** What the message was made from, so that it can be said in other words. */
  readonly about?: About
}

export interface Failure<Code extends ErrorCode = ErrorCode> {
  readonly ok: false
  readonly error: ApiError<Code>
}

/** What a client can cause is a value: an answer, or one of the codes that the type names. */
export type Result<Value, Code extends ErrorCode = ErrorCode> =
  | { readonly ok: true; readonly value: Value }
  | Failure<Code>

export const ok = <Value>(value: Value) => ({ ok: true, value }) as const

/** What an error is about: fills the slots of its text; `detail` is a sentence that follows it. */
export interface About {
  readonly parameter?: string
  readonly value?: string
  readonly detail?: string
  /** In place of the text of the code: the live wording, where it differs from case to case. */
  readonly wording?: string
}

/** The failure with this code. Long values are cut, so that no answer echoes a request of 10 MB. */
export function fail<const Code extends ErrorCode>(code: Code, about: About = {}): Failure<Code> {
  const slots = /([ =])`\{(parameter|value)\}`/g
  const text = (about.wording ?? errorTexts[code]).replaceAll(slots, (_, before, slot: 'parameter' | 'value') => {
    const filling = about[slot]
    return filling === undefined ? '' : `${before}\`${shorten(filling)}\``
  })
  return { ok: false, error: { code, message: about.detail ? `${text} ${about.detail}` : text, about } }
}

const maxEchoLength = 64

/** A caller's own words, for a message or the log: the first 64 characters of them. */
export const shorten = (text: string): string =>
  text.length > maxEchoLength
    ? `${Array.from(text.slice(0, 2 * maxEchoLength))
        .slice(0, maxEchoLength)
        .join('')}…`
    : text
