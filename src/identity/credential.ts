import { isText } from '../system/text.ts'
import type { Credential } from './accounts.ts'

/** The limit of a SecretId, which is also the name of an account. */
export const maxAccountLength = 256

/** Whether a text can be a SecretId or the name of an account. */
export const isAccountName = (text: string): boolean => isText(text) && text.length <= maxAccountLength

/** Reads `SecretId:SecretKey`; the SecretKey may have a colon. Undefined when a part is missing or not allowed. */
export function readCredential(text: string): Credential | undefined {
  const [, secretId = '', secretKey = ''] = /^([^:]+):(.+)$/s.exec(text) ?? []
  return secretId !== '' && isAccountName(secretId) && isText(secretKey) ? { secretId, secretKey } : undefined
}
