import { readTime, time } from '../config/option-values.ts'
import { readOpenSshRsaKey } from '../core/open-ssh-key.ts'
import { isAccountName, maxAccountLength } from '../identity/credential.ts'
import { textKeywords } from '../system/described.ts'
import { isText } from '../system/text.ts'

/** The values of `format` in the schemas of fixtures and of the control interface. */
export const fixtureFormats = {
  'iso-time': (text: string) => readTime(text) !== undefined,
  'iso-milliseconds': (text: string) => time.read(text) !== undefined,
  text: isText,
  account: isAccountName,
  'openssh-rsa': (text: string) => isText(text) && readOpenSshRsaKey(text) !== undefined,
}

/** The options of ajv for these schemas. */
export const schemaOptions = {
  verbose: true,
  allowUnionTypes: true,
  formats: fixtureFormats,
  keywords: [...textKeywords],
}

/** What the formats demand whose names do not say it. */
export const formatRules: Readonly<Record<string, string>> = {
  'iso-time': 'must be a time such as 2017-03-12T08:00:00Z',
  'iso-milliseconds': 'must be a time in the years 1 to 9999, with a zone and at most milliseconds',
  text: 'must not contain NUL or half of a surrogate pair',
  account: `must have at most ${maxAccountLength} characters, without NUL or half of a surrogate pair`,
}
