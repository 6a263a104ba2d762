import { lazy } from '../system/lazy.ts'

/** Ordered so that no module loads many others at once. */
const modules = [
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
 * Loads node-forge at its first use, so that the emulator starts without it. The modules are loaded one by one, because
 * loading all of them at once would block the event loop for 30 ms.
 */
export const loadForge = lazy(async () => {
  for (const name of modules) await import(`node-forge/lib/${name}.js`)
  return (await import('node-forge')).default
})
