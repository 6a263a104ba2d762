import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { startEmulator } from '../../src/emulator.ts'

/**
 * Starts and stops emulators one after the other, calls control routes of each, and prints what the process holds after
 * 50, 100 and 150 of them: bytes of heap, and open files. Needs Linux, `--expose-gc`, and `--no-flush-bytecode`, without
 * which the heap now and then shrinks by more than a leak adds.
 */
const count = 50

const send = ({ port }, method, path, body) =>
  new Promise((resolve, reject) => {
    const sent = request({ port, method, path, agent: false }, (response) => response.resume().on('end', resolve))
    sent.on('error', reject).end(body && JSON.stringify(body))
  })

const controlCalls = [
  ['GET', '/health'],
  ['GET', '/ready'],
  ['GET', '/state'],
  ['GET', '/journal?limit=3'],
  ['GET', '/journal/wait?count=0'],
  ['GET', '/limits?account=a'],
  ['POST', '/faults', { action: 'CreateKeyPair', delay: 0 }],
  ['POST', '/limits', { keyPairs: 5 }],
  ['POST', '/clock/freeze', {}],
  ['POST', '/projects', { projectId: 9 }],
  ['POST', '/reset', {}],
]

for (let round = 0; round < 3; round++) {
  for (let start = 0; start < count; start++) {
    // Every second one makes keys
    const emulator = await startEmulator({ port: 0, keyBits: 1024, poolSize: start % 2 })
    for (const [method, path, body] of controlCalls) await send(emulator, method, `/_emulator${path}`, body)
    await emulator.close()
  }
  await new Promise(setImmediate)
  for (let i = 0; i < 3; i++) globalThis.gc()
  const heap = process.memoryUsage().heapUsed
  const files = readdirSync('/proc/self/fd').length
  process.stdout.write(`${JSON.stringify({ heap, files })}\n`)
}
