import { beforeAll, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator.ts'
import { multipart } from '../support/multipart.ts'
import { request, sendRaw } from '../support/raw.ts'
import { credential } from '../support/sign.ts'

/**
 * Requests that held everyone up for half a second and more. Each is compared with a harmless one of 10 MB in the same
 * run, because machines differ.
 */
const size = 10 * 1024 * 1024 - 2_000
const fill = (text: string, length = size) => text.repeat(Math.floor(length / text.length))
const count = <Item>(length: number, item: (index: number) => Item) => Array.from({ length }, (_, index) => item(index))
const signed = `Action=CreateKeyPair&Version=2017-03-12&SecretId=${credential.secretId}&Nonce=1&Timestamp=1489305600`
const importing = 'Action=ImportKeyPair&Version=2017-03-12&KeyName=a&ProjectId=0'
const boundary = /^--(.+)/m.exec(multipart({ a: 'b' }))?.[1]?.trim() ?? ''

const encodedTwice = {
  ...Object.fromEntries(new URLSearchParams(`${signed}&Signature=x`)),
  ...Object.fromEntries(count(76, (n) => [`p${n}`, fill('%2525', 130_000)])),
}

const cases: readonly (readonly [what: string, body: string, type?: string])[] = [
  ['9,980 parameters with a wrong signature', `${signed}&Signature=x&${count(9_980, (n) => `p${n}=v`).join('&')}`],
  ['a signature of +', `${signed}&Signature=${fill('+')}`],
  ['a signature of spaces', `${signed}&Signature=${fill('%20')}`],
  ['a public key of +', `${importing}&PublicKey=${fill('+')}`],
  ['a public key with a wide space', `${importing}&PublicKey=ssh-rsa${fill('+')}a`],
  ['a name of _', `${fill('_')}=1`],
  ['a name of _, signed', `${signed}&Signature=x&${fill('_')}=1`],
  ['opening brackets', fill('[')],
  ['nested objects', fill('{"a":')],
  ['nested lists', `{"a":${fill('[', size / 2)}${fill(']', size / 2)}}`],
  ['600,000 members', `{${count(600_000, (n) => `"k${n}":1`).join()}}`],
  ['a multipart name', multipart({ [fill('n', 9_000_000)]: 'v' }), 'multipart'],
  ['a multipart name of escapes', multipart({ [fill('\\"', 9_000_000)]: 'v' }), 'multipart'],
  ['values that are encoded twice, with a wrong signature', multipart(encodedTwice), 'multipart'],
  ['a text that looks like many boundaries', fill(`--${boundary}x`), 'multipart'],
]

describe('a request of 10 MB does not hold others up', () => {
  let emulator: Emulator
  beforeAll(async () => {
    const options = { port: 0, poolSize: 0, clock: '2017-03-12T08:00:00Z', auth: 'known' } as const
    emulator = await startEmulator({ ...options, fixtures: { credentials: [credential] } })
    return emulator.close
  })

  const time = async (body: string, type: string) => {
    const headers = type === 'form' ? {} : { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
    const bytes = request('POST', '/v2/index.php', headers, body)
    const began = performance.now()
    const { body: answer } = await sendRaw(emulator.port, bytes)
    return { answer, duration: performance.now() - began }
  }

  const all = cases.map(([what, body, type = 'form']) => ({ what, body, type }))
  test.each(all)('of $what', { retry: 2, timeout: 60_000 }, async ({ body, type }) => {
    const harmless = await time(`Action=Nothing&Text=${fill('x')}`, 'form')
    const { answer, duration } = await time(body, type)
    expect(answer).toMatch(/"Code":"Invalid(Parameter|PublicKey)/)
    expect(answer.length).toBeLessThan(1_000)
    expect(duration).toBeLessThan(300 + 4 * harmless.duration)
  })
})
