import { readOpenSshRsaKey } from './keys/open-ssh-key.js'
import { time } from './option-values.js'

/** The formats that the schemas of fixtures and control routes name. */
export const fixtureFormats = {
  'iso-time': (text: string) => time.read(text) !== undefined,
  'openssh-rsa': (text: string) => readOpenSshRsaKey(text) !== undefined,
}
