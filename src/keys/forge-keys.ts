import type { pki } from 'node-forge'
import { type Forge, loadForge } from './forge.js'
import { publicExponent, type RsaKeyPair } from './rsa-key-pair.js'

/**
 * A new random key pair of exactly `bits` bits, e = 65537. node-forge's asynchronous generator uses Node's own one,
 * which works on a thread of its own: the event loop is held only while the result is read.
 */
export async function generateRsaKeyPair(bits: number): Promise<RsaKeyPair> {
  const forge = await loadForge()
  return new Promise((resolve, reject) => {
    forge.pki.rsa.generateKeyPair({ bits, e: publicExponent }, (error, pair) => {
      if (error) reject(error)
      else resolve(toKeyPair(forge, pair))
    })
  })
}

const toKeyPair = (forge: Forge, { privateKey, publicKey }: pki.rsa.KeyPair): RsaKeyPair => ({
  privateKey: forge.pki.privateKeyToPem(privateKey).replaceAll('\r\n', '\n'),
  publicKey: forge.ssh.publicKeyToOpenSSH(publicKey, '').trimEnd(),
})
