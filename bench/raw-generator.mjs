// Node's own generator with nothing around it: how many keys of these bits it makes a second, so many at once.
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

const [bits, atOnce, milliseconds] = process.argv.slice(2).map(Number)
const generate = promisify(generateKeyPair)
const start = performance.now()
let made = 0
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (performance.now() - start < milliseconds) {
      await generate('rsa', { modulusLength: bits, publicExponent: 0x10001 })
      made++
    }
  }),
)
process.send({ port: 0, perSecond: (made / (performance.now() - start)) * 1000 })
