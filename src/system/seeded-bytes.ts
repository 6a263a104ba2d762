import { createHmac } from 'node:crypto'

/** The length of a SHA-256 hash. */
const blockBytes = 32

/**
 * Creates an endless stream of bytes that depends on seed and label alone. Block n is the HMAC-SHA256, keyed with the seed
 * in UTF-8, of the label as JSON followed by n as 4 bytes. Each call starts a new stream, so that the order in which
 * callers draw bytes does not change them.
 */
export function seededBytes(seed: string, label: readonly (string | number)[]): (size: number) => Buffer {
  const labelJson = JSON.stringify(label)
  let blockCount = 0
  let rest: Buffer = Buffer.alloc(0)
  const nextBlock = () => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(blockCount++)
    return createHmac('sha256', seed).update(labelJson).update(counter).digest()
  }
  return (size) => {
    const parts = [rest]
    for (let length = rest.length; length < size; length += blockBytes) parts.push(nextBlock())
    const bytes = Buffer.concat(parts)
    rest = bytes.subarray(size)
    return bytes.subarray(0, size)
  }
}
