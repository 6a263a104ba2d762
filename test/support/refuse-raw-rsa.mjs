// Loaded before the emulator and in its threads: an OpenSSL that allows no RSA without padding.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

crypto.publicEncrypt = () => {
  throw new Error('illegal or unsupported padding mode')
}
syncBuiltinESMExports()
