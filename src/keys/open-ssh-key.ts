/** OpenSSH itself takes no longer ones. */
const maxModulusBits = 16_384
const minModulusBits = 1024
/** Well above what a key of the longest modulus and a comment need. */
const maxLineLength = 16_384

/**
 * Reads an OpenSSH RSA public key as ImportKeyPair takes it: one line with `ssh-rsa`, base64 and perhaps a comment, and
 * a well-formed blob of 1024 bits or more (docs/behaviour.md#imported-keys). White space around the line is dropped.
 * Returns type and base64 without the comment, or undefined for anything else.
 */
export function readOpenSshRsaKey(text: string): string | undefined {
  const line = text.trim()
  const [type, base64] = line.split(/[ \t]+/, 2)
  if (type !== 'ssh-rsa' || base64 === undefined || line.length > maxLineLength || /[\r\n\0]/.test(line))
    return undefined
  const blob = Buffer.from(base64, 'base64')
  // Node skips what is not base64; the canonical text shows it
  if (blob.toString('base64') !== base64) return undefined
  return isRsaBlob(blob) ? `${type} ${base64}` : undefined
}

/** RFC 4253 6.6: string "ssh-rsa", mpint e, mpint n, and nothing behind them. */
function isRsaBlob(blob: Buffer): boolean {
  const fields = readFields(blob)
  if (fields?.length !== 3) return false
  const [type, exponent, modulus] = fields as [Buffer, Buffer, Buffer]
  if (type.toString('latin1') !== 'ssh-rsa' || !isPositiveOdd(exponent) || !isPositiveOdd(modulus)) return false
  const bits = BigInt(`0x${modulus.toString('hex')}`).toString(2).length
  const exponentIsOne = exponent.length === 1 && exponent[0] === 1
  return bits >= minModulusBits && bits <= maxModulusBits && !exponentIsOne
}

/** The length-prefixed fields that make up the whole of the blob; undefined when they do not. */
function readFields(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}

/** A positive odd mpint (RFC 4251 5): no sign bit, and a leading zero byte only where it takes one to say so. */
function isPositiveOdd(mpint: Buffer): boolean {
  const [first = 0x80, second = 0] = mpint
  const minimal = first !== 0 || second >= 0x80
  return first < 0x80 && minimal && ((mpint.at(-1) ?? 0) & 1) === 1
}
