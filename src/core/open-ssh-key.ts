/** The maximum that OpenSSH itself accepts. */
const maxModulusBits = 16_384
const minModulusBits = 1024
/** Well above the length of a key with the longest modulus and a comment. */
const maxLineLength = 16_384
/** With the white space around the line. */
const maxTextLength = 4 * maxLineLength

/**
 * Reads an OpenSSH RSA public key as ImportKeyPair accepts it: one line with `ssh-rsa`, a well-formed blob in base64 of
 * 1024 bits or more, and an optional comment (docs/behaviour.md#imported-keys). White space around the line is ignored.
 * Returns type and base64 without the comment, or undefined when the text is invalid.
 */
export function readOpenSshRsaKey(text: string): string | undefined {
  if (text.length > maxTextLength) return undefined
  const line = text.trim()
  const [type, base64] = line.split(/[ \t]+/, 2)
  if (type !== 'ssh-rsa' || base64 === undefined || line.length > maxLineLength || /[\r\n\0]/.test(line))
    return undefined
  const blob = Buffer.from(base64, 'base64')
  // Node ignores invalid base64 characters; encoding the bytes again reveals them
  if (blob.toString('base64') !== base64) return undefined
  return isRsaBlob(blob) ? `${type} ${base64}` : undefined
}

/** Whether the blob consists of the string "ssh-rsa", mpint e and mpint n (RFC 4253 6.6) and nothing else. */
function isRsaBlob(blob: Buffer): boolean {
  const fields = readFields(blob)
  if (fields?.length !== 3) return false
  const [type, exponent, modulus] = fields as [Buffer, Buffer, Buffer]
  if (type.toString('latin1') !== 'ssh-rsa' || !isPositiveOdd(exponent) || !isPositiveOdd(modulus)) return false
  const bits = BigInt(`0x${modulus.toString('hex')}`).toString(2).length
  const exponentIsOne = exponent.length === 1 && exponent[0] === 1
  return bits >= minModulusBits && bits <= maxModulusBits && !exponentIsOne
}

/** Splits the blob into its length-prefixed fields; undefined when it does not end with the last of them. */
function readFields(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = []
  let offset = 0
  while (offset < blob.length) {
    if (offset + 4 > blob.length) return undefined
    const end = offset + 4 + blob.readUInt32BE(offset)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(offset + 4, end))
    offset = end
  }
  return fields
}

/** Whether an mpint (RFC 4251 5) is positive, odd and minimal: a leading zero byte only before a byte with its high bit set. */
function isPositiveOdd(mpint: Buffer): boolean {
  const [first = 0x80, second = 0] = mpint
  const minimal = first !== 0 || second >= 0x80
  return first < 0x80 && minimal && ((mpint.at(-1) ?? 0) & 1) === 1
}
