import { time } from '../config/option-values.ts'
import { readOpenSshRsaKey } from '../keys/open-ssh-key.ts'

/** The values of `format` in the schemas of fixtures and of the control interface. */
export const fixtureFormats = {
  'iso-time': (text: string) => time.read(text) !== undefined,
  // Neither the API nor the database accepts NUL or half of a surrogate pair
  text: (text: string) => !/[\0\p{Surrogate}]/u.test(text),
  'openssh-rsa': (text: string) => readOpenSshRsaKey(text) !== undefined,
}
