// Node's own generator with nothing around it: how many keys of these bits it makes, so many at once.
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { median } from './client.mjs'

const [bits, atOnce, milliseconds] = process.argv.slice(2).map(Number)
const generate = promisify(generateKeyPair)
const start = performance.now()
const times = []
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let begun = start; begun - start < milliseconds; begun = performance.now()) {
      await generate('rsa', { modulusLength: bits, publicExponent: 0x10001 })
      times.push(performance.now() - begun)
    }
  }),
)
process.send({ port: 0, perSecond: (times.length / (performance.now() - start)) * 1000, p50: median(times) })
