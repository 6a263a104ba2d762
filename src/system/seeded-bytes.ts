import { createHmac } from 'node:crypto'

/**
 * Bytes that follow from seed and label alone, endlessly: HMAC-SHA256 under the seed (UTF-8) of the label as JSON and a
 * counter of 4 bytes, block after block. Each call starts a stream of its own, so that no order of callers can change it.
 */
export function seededBytes(seed: string, label: readonly (string | number)[]): (size: number) => Buffer {
  const name = JSON.stringify(label)
  let blocks = 0
  let rest: Buffer = Buffer.alloc(0)
  const nextBlock = () => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(blocks++)
    return createHmac('sha256', seed).update(name).update(counter).digest()
  }
  return (size) => {
    const parts = [rest]
    for (let have = rest.length; have < size; have += 32) parts.push(nextBlock())
    const bytes = Buffer.concat(parts)
    rest = bytes.subarray(size)
    return bytes.subarray(0, size)
  }
}
