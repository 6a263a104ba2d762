import { createHash } from 'node:crypto'

const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** An odd positive mpint of exactly `bits` bits, derived from a label. It has the right form, but is not a product of primes. */
export function modulus(label: string, bits: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits / 8))
  for (let at = 0; at < bytes.length; at += 32) createHash('sha256').update(`${label} ${at}`).digest().copy(bytes, at)
  const spare = bytes.length * 8 - bits
  bytes[0] = ((bytes[0] ?? 0) & (0xff >> spare)) | (0x80 >> spare)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1
  return spare === 0 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
}

const e65537 = Buffer.from([1, 0, 1])

/** The blob of an OpenSSH RSA key, or with other options of an invalid one. */
export const rsaBlob = (n: Buffer, { type = 'ssh-rsa', e = e65537, rest = Buffer.alloc(0) } = {}): Buffer =>
  Buffer.concat([text(type), text(e), text(n), rest])

/** An OpenSSH RSA public key that depends on the label; 2048 bits by default. */
export const publicKey = (label: string, bits = 2048): string =>
  `ssh-rsa ${rsaBlob(modulus(label, bits)).toString('base64')}`
