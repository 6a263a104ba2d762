import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { boundedLog } from '../../src/http/bounded-log.ts'
import { createCode, createParams, target, version } from '../support/api.ts'
import { start } from '../support/emulator.ts'

describe('the log', () => {
  /** A stream whose reader takes nothing until `read` is called. */
  function unread() {
    const lines: string[] = []
    let goOn = () => {}
    let isRead = false
    const stream = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        if (isRead) done()
        else goOn = done
      },
    })
    const read = () => {
      isRead = true
      goOn()
    }
    return { stream, lines, read }
  }
  const line = (n: number) => `{"level":30,"time":${n},"msg":"${'x'.repeat(980)}"}\n`

  test('drops lines that nobody reads, and says how many', async () => {
    const { stream, lines, read } = unread()
    const log = boundedLog(stream, 10_000)
    for (let n = 0; n < 1000; n++) log.write(line(n))
    expect(stream.writableLength).toBeLessThan(12_000)
    read()
    await new Promise(setImmediate)
    const kept = lines.length
    log.write(line(1000))
    log.write(line(1001))
    expect(lines.slice(kept)).toStrictEqual([
      `{"level":40,"time":1000,"dropped":${1000 - kept},"msg":"log lines dropped, because nobody read them"}\n`,
      line(1000),
      line(1001),
    ])
    expect(lines.slice(0, kept)).toStrictEqual(Array.from({ length: kept }, (_, n) => line(n)))
  })

  test('keeps a bounded part of what an emulator logs', async () => {
    const { stream } = unread()
    const emulator = await start({ log: stream })
    const name = 'n'.repeat(200)
    for (let round = 0; round < 30; round++) {
      await Promise.all(Array.from({ length: 20 }, () => createCode(emulator, { SecretId: name, KeyName: '' })))
    }
    expect(stream.writableLength).toBeLessThan(5 * 1024 * 1024)
  })
})

describe('a client that pipelines', () => {
  const one = `GET ${target(createParams({ KeyName: '' }))} HTTP/1.1\r\nHost: x\r\n\r\n`

  /** Writes these bytes, and reads nothing until `read` is called. */
  function open(port: number, bytes: string) {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('error', () => {})
    socket.pause()
    const answers = (count: number) =>
      new Promise<number>((resolve) => {
        socket.on('data', (chunk) => {
          text += chunk
          if ((text.match(/HTTP\/1\.1 200/g) ?? []).length >= count) resolve(count)
        })
        socket.on('close', () => resolve((text.match(/HTTP\/1\.1 200/g) ?? []).length))
        socket.resume()
      })
    return { socket, answers, codes: () => text.match(/InvalidKeyPairNameEmpty/g)?.length }
  }

  test('gets all answers', async () => {
    const { port } = await start()
    const client = open(port, one.repeat(2_000))
    expect(await client.answers(2_000)).toBe(2_000)
    expect(client.codes()).toBe(2_000)
    client.socket.destroy()
  })

  test('does not keep others waiting until all its requests are answered', async () => {
    const emulator = await start()
    const client = open(emulator.port, '')
    const other = open(emulator.port, '')
    await Promise.all([client, other].map(({ socket }) => once(socket, 'connect')))
    client.socket.write(one.repeat(400))
    other.socket.write(one.replace('KeyName=', 'KeyName=-'))
    await Promise.all([client.answers(400), other.answers(1)])
    const [{ sequence } = { sequence: 0 }] = await emulator.journal.find({
      code: 'InvalidKeyPairNameIncludeIllegalChar',
    })
    // One packet was served as a whole before
    expect(sequence).toBeLessThan(100)
    for (const { socket } of [client, other]) socket.destroy()
  })

  test('and does not read is not read either', async () => {
    const emulator = await start()
    const count = 100_000
    const long = `GET ${target({ Action: 'DescribeZones', Version: version })} HTTP/1.1\r\nHost: x\r\n\r\n`
    const client = open(emulator.port, long.repeat(count))
    const served = async () => (await emulator.journal.find({ action: 'DescribeZones' })).at(-1)?.sequence ?? 0
    // Served until the buffers of the connection are full, a few hundred at a time
    await once(client.socket, 'connect')
    for (let before = -1; before < (await served()); ) {
      before = await served()
      for (let round = 0; round < 20; round++) await createCode(emulator, { Action: 'Other' })
    }
    expect(await served()).toBeLessThan(count / 2)
    client.socket.destroy()
  })

  test('a request whose body comes late is answered behind the others', async () => {
    const { port } = await start()
    const body = new URLSearchParams(createParams({ KeyName: '' })).toString()
    const head = `POST /v2/index.php HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`
    const client = open(port, one.repeat(50) + head)
    await once(client.socket, 'connect')
    const all = client.answers(51)
    client.socket.write(body)
    expect(await all).toBe(51)
    client.socket.destroy()
  })
})
