import type { pki } from 'node-forge'

/** An RSA key pair as the API shows it. */
export interface RsaKeyPair {
  /** PKCS#1 PEM: LF, 64 columns, one newline at the end (spec/key-pairs.md, key material of the documented example). */
  readonly privateKey: string
  /** `ssh-rsa` and the base64 blob, without a comment. */
  readonly publicKey: string
}

const publicExponent = 0x10001

/**
 * A new random key pair of exactly `bits` bits, e = 65537. node-forge's asynchronous generator uses Node's own one,
 * which works on a thread of its own: the event loop is held only while the result is read.
 */
export async function generateRsaKeyPair(bits: number): Promise<RsaKeyPair> {
  const forge = await load()
  return new Promise((resolve, reject) => {
    forge.pki.rsa.generateKeyPair({ bits, e: publicExponent }, (error, pair) => {
      if (error) reject(error)
      else resolve(toKeyPair(forge, pair))
    })
  })
}

/** At the first key, so that the emulator is ready without it. */
const load = async () => (await import('node-forge')).default

type Forge = Awaited<ReturnType<typeof load>>

const toKeyPair = (forge: Forge, { privateKey, publicKey }: pki.rsa.KeyPair): RsaKeyPair => ({
  privateKey: forge.pki.privateKeyToPem(privateKey).replaceAll('\r\n', '\n'),
  publicKey: forge.ssh.publicKeyToOpenSSH(publicKey, '').trimEnd(),
})
