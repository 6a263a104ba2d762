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
    return readHostKey(readFileSync(path, 'utf8'))
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

/** Without a passphrase and for this type, everything before the comment has the same length. */
const [publicPart, seedStart] = [94, 161]

/**
 * Reads a host key, and writes it anew without its comment. Throws an error without a full stop when the text is incomplete, or
 * has another kind of key.
 */
function readHostKey(text: string): HostKey {
  const bytes = bytesOf(text)
  const seed = bytes.subarray(seedStart, seedStart + 32)
  const check = bytes.subarray(publicPart + 4, publicPart + 8)
  const key = seed.length === 32 ? createHostKey(seed, check) : undefined
  // The public key must be that of the seed
  if (!key || !bytesOf(key.privateKey).subarray(0, publicPart).equals(bytes.subarray(0, publicPart))) {
    throw new Error('the file does not contain such a key')
  }
  return key
}

const bytesOf = (text: string) =>
  Buffer.from(text.split(/-----(?:BEGIN|END) OPENSSH PRIVATE KEY-----/)[1] ?? '', 'base64')
