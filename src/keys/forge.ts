import { once } from '../system/once.ts'

/** In an order in which none brings many others along. */
const parts = [
  'jsbn',
  'util',
  'aes',
  'asn1',
  'md',
  'random',
  'des',
  'rc2',
  'pbe',
  'rsa',
  'pkcs12',
  'x509',
  'pki',
  'ssh',
]

/**
 * node-forge, loaded when it is first needed, so that the emulator is ready without it, and in parts: as a whole it
 * would hold the event loop for 30 ms.
 */
export const loadForge = once(async () => {
  for (const part of parts) await import(`node-forge/lib/${part}.js`)
  return (await import('node-forge')).default
})
