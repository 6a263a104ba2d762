import { setImmediate as nextTurn } from 'node:timers/promises'

/** How many values a JSON text has, and how many levels of lists and objects. */
export interface JsonSize {
  readonly values: number
  readonly depth: number
}

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c]
const isOpening = (byte: number) => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number) => byte === 0x5d || byte === 0x7d

/** In bytes. So much is measured in one turn of the event loop. */
const bytesInTurn = 2_000_000

/**
 * Measures a JSON text before it is parsed, because to parse it takes time and memory for each value, and for each level of
 * memory that V8 does not limit. Stops at the limits. Of a text that is not JSON the result means nothing.
 */
export async function measureJson(chunks: readonly Uint8Array[], limits: JsonSize): Promise<JsonSize> {
  let [values, level, depth, measured] = [1, 0, 0, 0]
  let isInText = false
  let isEscaped = false
  const measure = (bytes: Uint8Array) => {
    for (const byte of bytes) {
      if (isEscaped) isEscaped = false
      else if (isInText) {
        if (byte === backslash) isEscaped = true
        else if (byte === quote) isInText = false
      } else if (byte === quote) isInText = true
      else if (byte === comma) values++
      else if (isOpening(byte)) {
        values++
        level++
        if (level > depth) depth = level
      } else if (isClosing(byte)) level--
    }
  }
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += bytesInTurn) {
      measure(chunk.subarray(start, start + bytesInTurn))
      if (values > limits.values || depth > limits.depth) return { values, depth }
      measured += Math.min(chunk.length - start, bytesInTurn)
      if (measured < bytesInTurn) continue
      measured = 0
      await nextTurn()
    }
  }
  return { values, depth }
}
