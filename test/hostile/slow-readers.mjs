import { connect } from 'node:net'
import { startEmulator } from '../../src/emulator.ts'

/**
 * Prints how much memory twenty clients cost that ask for a long answer and do not read it, as a share of the size of
 * their answers. The argument is the path.
 */
const path = process.argv[2]
const readers = 20
const filler = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`Parameter${n}`, 'x'.repeat(250)]))
const emulator = await startEmulator({ port: 0, poolSize: 0, journalSize: 400 })
for (let n = 0; n < 400; n++) {
  const common = { Action: 'DescribeProject', SecretId: `AKID${n}`, ...filler }
  await fetch(`${emulator.url}/v2/index.php`, { method: 'POST', body: new URLSearchParams(common) })
}
// What the state has: 200 accounts with five instances and their tags
const tags = Array.from({ length: 50 }, (_, n) => ({ key: `k${n}`, value: 'v'.repeat(250) }))
for (let n = 0; n < 1000; n++) {
  const instance = { instanceId: `ins-0000000${Math.floor(n / 200)}`, account: `AKID${n % 200}`, tags }
  await fetch(`${emulator.url}/_emulator/instances`, { method: 'POST', body: JSON.stringify(instance) })
}

/** Sends the request; `read` decides whether the answer is read. */
const ask = (read) =>
  new Promise((resolve) => {
    let size = 0
    const socket = connect(emulator.port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    )
    socket.on('error', () => {})
    if (!read) {
      // The answer has begun, and nothing more is read
      socket.once('readable', () => resolve(socket))
      return
    }
    socket.on('data', (chunk) => {
      size += chunk.length
      if (path.includes('stream') && size > 8_000_000) socket.destroy()
    })
    socket.on('close', () => resolve(size))
  })

async function used() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc()
    await new Promise(setImmediate)
  }
  // What waits in a socket is outside of the heap
  return process.memoryUsage.rss()
}

const size = await ask(true)
const before = await used()
const sockets = await Promise.all(Array.from({ length: readers }, () => ask(false)))
for (let round = 0; round < 20; round++) await (await fetch(`${emulator.url}/_emulator/health`)).text()
const kept = (await used()) - before
for (const socket of sockets) socket.destroy()
await emulator.close()
process.stdout.write(`${kept / (readers * size)}\n`)
process.exit()
