import { time } from '../config/option-values.ts'
import { readOpenSshRsaKey } from '../keys/open-ssh-key.ts'

/** The formats that the schemas of fixtures and control routes name. */
export const fixtureFormats = {
  'iso-time': (text: string) => time.read(text) !== undefined,
  // As the API has it, and the database: no NUL, no half of a surrogate pair
  text: (text: string) => !/[\0\p{Surrogate}]/u.test(text),
  'openssh-rsa': (text: string) => readOpenSshRsaKey(text) !== undefined,
}
