import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, OperatorError } from '../system/errors.ts'
import type { System } from '../system/system.ts'
import { createKeyFile } from './key-file.ts'

/** The key with which the SSH server shows that it is the same as before. */
export interface HostKey {
  /** In the format of OpenSSH. */
  readonly privateKey: string
  /** Type and base64 blob, as a line of a known_hosts file has them. */
  readonly publicKey: string
}

const type = 'ssh-ed25519'

/** The beginning of an Ed25519 private key in PKCS#8; its 32 bytes follow. */
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * Loads the host key from the data folder, or creates it: from the seed of a repeatable system, else at random. The file is
 * readable only for its owner. Throws an OperatorError when it has no such key.
 */
export function loadHostKey(data: string | undefined, system: System): HostKey {
  const create = () => createHostKey(Buffer.from(system.random('ssh-host-key')(32)), system.random('ssh-host-check')(4))
  if (data === undefined) return create()
  const path = join(data, 'cvm-emulator-ssh-host-key')
  try {
    if (!existsSync(path)) {
      const { privateKey, publicKey } = create()
      createKeyFile(path, privateKey, publicKey.slice(-8).replaceAll(/\W/g, '_'))
    }
    const privateKey = readFileSync(path, 'utf8')
    return { privateKey, publicKey: `${type} ${readPublicBlob(privateKey).toString('base64')}` }
  } catch (error) {
    throw new OperatorError(
      `SSH host key ${path}: ${messageOf(error)}. The file must have an Ed25519 key as ssh-keygen writes it, without a passphrase. A missing file is created.`,
    )
  }
}

function createHostKey(seed: Buffer, check: Uint8Array): HostKey {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Start, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  const point = Buffer.from(x, 'base64url')
  const blob = Buffer.concat([field(type), field(point)])
  const secret = [check, check, field(type), field(point), field(Buffer.concat([seed, point])), field('')]
  // Padded with 1, 2, 3, … to a multiple of 8 bytes
  const length = secret.reduce((sum, part) => sum + part.length, 0)
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (length % 8)) % 8))
  const one = Buffer.from([0, 0, 0, 1])
  const parts = [magic, field('none'), field('none'), field(''), one, field(blob)]
  const text = Buffer.concat([...parts, field(Buffer.concat([...secret, padding]))]).toString('base64')
  return {
    privateKey: `${begin}\n${text.replaceAll(/.{1,70}/g, '$&\n')}${end}\n`,
    publicKey: `${type} ${blob.toString('base64')}`,
  }
}

const magic = Buffer.from('openssh-key-v1\0')
const begin = '-----BEGIN OPENSSH PRIVATE KEY-----'
const end = '-----END OPENSSH PRIVATE KEY-----'

/** A text or bytes with their length before them. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** Reads the blob of the public key. Throws an error without a full stop when there is none, or the key is of another kind. */
function readPublicBlob(privateKey: string): Buffer {
  const [, base64 = ''] = privateKey.split(/-----(?:BEGIN|END) OPENSSH PRIVATE KEY-----/)
  const bytes = Buffer.from(base64, 'base64')
  // Without a passphrase, the fields before the public key are always the same
  const start = Buffer.concat([magic, field('none'), field('none'), field(''), Buffer.from([0, 0, 0, 1])])
  const blob = bytes.subarray(start.length + 4, start.length + 4 + 51)
  if (!bytes.subarray(0, start.length).equals(start) || !blob.subarray(0, 15).equals(field(type))) {
    throw new Error('the file does not contain such a key')
  }
  return blob
}
