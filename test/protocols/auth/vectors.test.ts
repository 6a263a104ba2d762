import { describe, expect, test } from 'vitest'
import { hmac } from '../../../src/protocols/auth/hmac-signature.ts'
import vectors from '../../data/signature-vectors.json' with { type: 'json' }
import { codeOf } from '../../support/api.ts'
import { start } from '../../support/emulator.ts'
import { request, sendRaw } from '../../support/raw.ts'

interface Vector {
  readonly id: string
  readonly secretId: string
  readonly secretKey: string
  readonly method: string
  readonly host: string
  readonly params: Readonly<Record<string, string | number>>
  readonly algorithm: string
  readonly stringToSign: string
  readonly signature: string
}

const all = vectors.v2 as readonly Partial<Vector>[]
const complete = all.filter((vector): vector is Vector => vector.params !== undefined)
const find = (id: string) => complete.find((vector) => vector.id === id)

/** The code for the request of a vector with this signature, with the clock at its Timestamp. */
async function codeFor({ secretId, secretKey, method, host, params }: Vector, Signature: string): Promise<string> {
  const emulator = await start({
    auth: 'strict',
    fixtures: { credentials: [{ secretId, secretKey }] },
    clock: new Date(Number(params.Timestamp) * 1000),
  })
  const form = new URLSearchParams({
    ...Object.fromEntries(Object.entries(params).map(([n, v]) => [n, `${v}`])),
    Signature,
  })
  const bytes =
    method === 'GET'
      ? request('GET', `/v2/index.php?${form}`, { Host: host })
      : request('POST', '/v2/index.php', { Host: host }, `${form}`)
  const body = (await sendRaw(emulator.port, bytes)).answer()
  return 'code' in body ? `${body.code}` : codeOf(body)
}

test('all vectors are there', () => {
  expect([all.length, complete.length, vectors.v2_negative.length]).toStrictEqual([20, 19, 4])
})

test.each(all as Vector[])(
  '$id: the signature is the digest of the string to sign',
  ({ algorithm, secretKey, stringToSign, signature }) => {
    expect(hmac(algorithm === 'HmacSHA256' ? 'sha256' : 'sha1', secretKey, stringToSign)).toBe(signature)
  },
)

describe('passes authentication in strict', () => {
  test.each(complete)('$id', async (vector) => {
    expect(await codeFor(vector, vector.signature)).not.toMatch(
      /^(4\d\d\d|AuthFailure.*|InvalidParameter\..*|InvalidRequest.*)$/,
    )
  })
})

describe('is refused in strict', () => {
  test.each(vectors.v2_negative)('$of with: $why', async ({ of, signature }) => {
    expect(await codeFor(find(of) as Vector, signature)).toBe('InvalidParameter.SignatureFailure')
  })

  test('v2-doc-hmacsha1-inconsistent, whose hash does not match its SignatureMethod', async () => {
    const wrong = all.find(({ id }) => id === 'v2-doc-hmacsha1-inconsistent')
    const right = find('v2-doc-hmacsha256') as Vector
    expect(wrong?.stringToSign).toBe(right.stringToSign)
    expect(await codeFor(right, `${wrong?.signature}`)).toBe('InvalidParameter.SignatureFailure')
  })

  test.each(complete)('$id with one character changed', async (vector) => {
    const changed = vector.signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))
    expect(await codeFor(vector, changed)).toMatch(/^(InvalidParameter\.SignatureFailure|4100)$/)
  })
})
