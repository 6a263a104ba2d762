import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect, OperatorError } from '../../src/emulator.ts'
import { call, createCode } from '../support/api.ts'
import { start } from '../support/emulator.ts'

describe('connect', () => {
  test('leaves the emulator running when it is closed, and stops listening', async () => {
    const emulator = await start()
    const connected = await connect(emulator.url)
    const heard = vi.fn()
    await connected.journal.listen({}, heard)
    await connected.close()
    expect(await createCode(emulator)).toBe('Success')
    // Whoever listened longer has heard of it
    const other = await connect(new URL(emulator.url))
    const entries = new Promise((resolve) => void other.journal.listen({ after: 0 }, resolve))
    await call(emulator, 'DescribeKeyPairs')
    await entries
    expect(heard).not.toHaveBeenCalled()
    await other.close()
  })

  test('a wait says that the emulator has ended, and not that the time is over', async () => {
    const emulator = await start()
    const { journal } = await connect(emulator.url)
    const ended = expect(journal.waitFor({}, { timeout: 30_000 })).rejects.toThrow(/shutting down|does not answer/)
    // The next connection is accepted after that of the wait
    await journal.count()
    await emulator.close()
    await ended
  })

  test('sends the token, and is refused without it or with another', async () => {
    const { url } = await start({ controlToken: 'secret-token' })
    const emulator = await connect(url, { token: 'secret-token' })
    expect(await emulator.limits.keyPairs()).toBe(100)
    await expect(connect(url)).rejects.toThrow('Send the value of --control-token in the header')
    await expect(connect(url, { token: 'other' })).rejects.toThrow('Send the value of --control-token in the header')
  })

  test('refuses a token that cannot be sent, at once and without showing it', async () => {
    const refused = await connect('http://127.0.0.1:1', { token: 'secret\ntoken' }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(OperatorError)
    expect(String(refused)).toBe('OperatorError: connect: the token is not a text of printable ASCII characters.')
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('refuses the time-out %d', async (timeout) => {
    const refused = expect(connect('http://127.0.0.1:1', { timeout })).rejects
    await refused.toThrow('connect: timeout is not an integer from 0 to 2147483647.')
    await refused.toBeInstanceOf(OperatorError)
  })

  test('says that a document is no JSON, and not that the emulator does not answer', async () => {
    const { state } = await connect((await start()).url)
    const circular: Record<string, unknown> = {}
    circular.clock = circular
    await expect(state.import(circular)).rejects.toThrow('The emulator reads only JSON: Converting circular structure')
  })

  test('waits until the emulator is ready', async () => {
    const { port, close } = await start()
    await close()
    const connecting = connect(`http://127.0.0.1:${port}`)
    const emulator = await start({ port })
    expect((await connecting).url).toBe(emulator.url)
  })

  /** Starts a server that is no emulator. */
  async function serve(status: number, body: string): Promise<string> {
    const server = createServer((_request, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('says why it gave up', async () => {
    const { port, close } = await start()
    await close()
    const url = `http://127.0.0.1:${port}`
    const refused = expect(connect(url, { timeout: 300 })).rejects
    await refused.toThrow(`connect: ${url} was not ready within 300 ms. ${url} does not answer: connect ECONNREFUSED`)
    await refused.toBeInstanceOf(OperatorError)
    const full = await serve(503, '{"ready":false,"reason":"database or disk is full"}')
    await expect(connect(full, { timeout: 300 })).rejects.toThrow(
      'was not ready within 300 ms. database or disk is full',
    )
  })

  test.each([
    [200, '<h1>It works</h1>', 'is no cvm-emulator: it answered 200 and no JSON.'],
    [404, '{"detail":"Not Found"}', 'is no cvm-emulator: it answered 404.'],
    [200, '{}', 'is no cvm-emulator.'],
    [200, 'null', 'is no cvm-emulator: it answered 200 and no JSON object.'],
    [503, 'null', 'is no cvm-emulator: it answered 503 and no JSON object.'],
  ])('refuses a server that answers %d %s', async (status, body, message) => {
    await expect(connect(await serve(status, body))).rejects.toThrow(message)
  })

  test.each([
    [undefined, 'connect: the URL is missing; `cvm-emulator exec` sets CVM_EMULATOR_URL.'],
    ['localhost:8213', 'connect: "localhost:8213" is no URL. Give one such as http://127.0.0.1:8213.'],
    ['here', 'connect: "here" is no URL.'],
  ])('refuses the URL %s', async (url, message) => {
    await expect(connect(url as never)).rejects.toThrow(message)
  })

  test('refuses an unknown option', async () => {
    const wrong = { tokn: 'x' } as never
    await expect(connect('http://127.0.0.1:1', wrong)).rejects.toThrow(
      'connect: unknown option tokn; valid options: token',
    )
  })
})
