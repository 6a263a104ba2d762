import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createParams, get, target } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { sendRaw } from '../support/raw.ts'

/** How many timers this process has. */
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

/** Sends a request, and goes away as soon as the emulator has read it. */
async function abandon(port: number, bytes: string): Promise<void> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('error', () => {})
  await once(socket, 'connect')
  // An answer on another connection: the request before it has been read
  await fetch(`http://127.0.0.1:${port}/_emulator/health`)
  await fetch(`http://127.0.0.1:${port}/_emulator/health`)
  socket.destroy()
}

const head = (method: string, path: string, more = '') => `${method} ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`

describe('when its client goes away', () => {
  test.each([
    ['a delay that the request asks for', {}, { EmulatorDelay: '600000' }],
    ['a delay of a rule', { delay: 600_000 }, {}],
    ['the delay of a refusal', { delay: 600_000 }, { Action: 'Nothing' }],
  ])('%s ends at once', async (_what, rule, changes) => {
    const emulator = await start()
    if ('delay' in rule) await emulator.faults.add(rule)
    const before = timers()
    const ended = emulator.journal.waitFor({ code: 'CallerGone' }, { count: 10 })
    for (let n = 0; n < 10; n++) await abandon(emulator.port, head('GET', target(createParams(changes))))
    expect((await ended).map(({ code }) => code)).toStrictEqual(Array(10).fill('CallerGone'))
    expect(timers()).toBeLessThanOrEqual(before + 1)
    await emulator.faults.remove()
    expect((await get(emulator, createParams())).Response.KeyPair).toBeDefined()
  })

  test('a long poll ends at once, and has no answer', async () => {
    const emulator = await start()
    const before = timers()
    const path = '/_emulator/journal/wait?count=5&timeout=600000'
    for (let n = 0; n < 20; n++) await abandon(emulator.port, head('GET', path))
    // Until the last one has ended
    while (timers() > before + 1) await new Promise(setImmediate)
    await get(emulator, createParams())
    expect(await emulator.journal.count()).toBe(1)
  })

  test('an import stops making keys, and the next one does not wait for it', { timeout: 60_000 }, async () => {
    const emulator = await start({ keyBits: 4096 })
    const document = (count: number) => {
      const keyPairs = Array.from({ length: count }, (_, n) => ({ keyName: `k${n}`, seed: `${count} ${n}` }))
      return JSON.stringify({ keyPairs })
    }
    const long = document(400)
    const put = head('PUT', '/_emulator/state', `Content-Length: ${long.length}\r\n`) + long
    // Making these keys would take many minutes
    for (let n = 0; n < 5; n++) await abandon(emulator.port, put)
    const response = await fetch(`${emulator.url}/_emulator/state`, { method: 'PUT', body: document(1) })
    expect([response.status, await response.json()]).toStrictEqual([200, { imported: true }])
    expect((await emulator.state.export()).keyPairs).toHaveLength(1)
  })
})

describe('a body that is too large is refused before it is sent', () => {
  test.each([
    ['POST', '/_emulator/faults', 8],
    ['POST', '/_emulator/instances', 8],
    ['POST', '/_emulator/reset', 8],
    ['PUT', '/_emulator/state', 256],
  ])('%s %s takes %i MB', async (method, path, megabytes) => {
    const { port } = await start()
    const length = megabytes * 1024 * 1024 + 1
    const answer = await sendRaw(port, head(method, path, `Connection: close\r\nContent-Length: ${length}\r\n`))
    expect(answer.status).toBe(413)
    expect(answer.body).toContain('PayloadTooLarge')
  })
})
