/** An RSA key pair as the API returns it. */
export interface RsaKeyPair {
  /**
   * PKCS#1 PEM with LF line ends, lines of 64 characters and a final newline, as in the documented example
   * (docs/behaviour.md#private-key-format).
   */
  readonly privateKey: string
  /** `ssh-rsa` and the blob in base64, without a comment. */
  readonly publicKey: string
}

/** The exponent e of every generated key: 65537. */
export const publicExponent = 0x10001n

/** The numbers of an RSA private key, named as in RFC 8017 A.1.2. */
type RsaNumbers = Readonly<Record<'n' | 'd' | 'p' | 'q' | 'dP' | 'dQ' | 'qInv', bigint>>

/** Encodes a key pair with e = 65537 as the API returns it. */
export const encodeKeyPair = ({ n, d, p, q, dP, dQ, qInv }: RsaNumbers): RsaKeyPair => ({
  privateKey: pem(sequence([0n, n, publicExponent, d, p, q, dP, dQ, qInv].map(integer))),
  publicKey: `ssh-rsa ${sshBlob(n).toString('base64')}`,
})

/** Big-endian and unsigned: a zero byte precedes a first byte whose high bit is set. */
function unsigned(number: bigint): Buffer {
  const hex = number.toString(16)
  const even = hex.length % 2 === 1 ? `0${hex}` : hex
  return Buffer.from(even.charAt(0) >= '8' ? `00${even}` : even, 'hex')
}

/** X.690 8.1.3: a length below 128 takes one byte; a longer one is preceded by the number of its bytes. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

const integer = (number: bigint) => tagged(0x02, unsigned(number))
const sequence = (items: readonly Buffer[]) => tagged(0x30, Buffer.concat(items))

/** An RSAPrivateKey (RFC 8017 A.1.2) as PEM with lines of 64 characters. */
function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----', ''].join('\n')
}

/** The public key blob of RFC 4253 6.6. */
function sshBlob(n: bigint): Buffer {
  const fields = [Buffer.from('ssh-rsa'), unsigned(publicExponent), unsigned(n)]
  const withLengths = fields.flatMap((field) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(field.length)
    return [length, field]
  })
  return Buffer.concat(withLengths)
}
