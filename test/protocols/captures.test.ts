import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import index from '../data/captures/index.json' with { type: 'json' }
import { start } from '../support/emulator.ts'
import { createLog } from '../support/log.ts'
import { sendRaw } from '../support/raw.ts'

/** Whose requests they are; it opens nothing. */
const credential = {
  secretId: 'AKIDCAPTUREexample0123456789abcdefghij',
  secretKey: 'CaptureSecretKeyExample0123456789',
}

/** The bytes as captured, but for a connection that ends, so that the answer does. */
function bytesOf(file: string): Buffer {
  const bytes = readFileSync(new URL(`../data/captures/${file}`, import.meta.url))
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes
    .toString('latin1', 0, end)
    .replace(/^connection:.*\r\n/gim, '')
    .replace(/\r\nconnection:.*$/i, '')
  return Buffer.concat([Buffer.from(`${head}\r\nConnection: close`, 'latin1'), bytes.subarray(end)])
}

async function replay(file: string, time: number, auth: 'strict' | 'known' | 'off' = 'strict') {
  const log = createLog()
  const emulator = await start({
    auth,
    clock: new Date(time * 1000),
    log: log.stream,
    fixtures: { credentials: [credential], keyPairs: [], instances: [] },
  })
  const { Response } = (await sendRaw(emulator.port, bytesOf(file))).answer()
  return {
    code: Response.Error?.Code ?? 'Success',
    message: Response.Error?.Message,
    diagnosis: log.lines().find(({ level }) => level === 40),
  }
}

const authentication = /^(AuthFailure|InvalidParameter\.|InvalidRequest\.)/
const accepted = index.filter((capture) => ['documented', 'variant'].includes(capture.class))
const refused = index.filter((capture) => capture.class === 'client-bug')
const policy = index.filter((capture) => capture.class === 'policy')

test('there are captures of every class', () => {
  expect([accepted.length, refused.length, policy.length, index.length]).toStrictEqual([100, 9, 2, 112])
})

describe('a request that a real client signed passes authentication in strict', () => {
  test.each(accepted)('$file', async ({ file, time }) => {
    const { code, message } = await replay(file, time)
    expect(code, message).not.toMatch(authentication)
  })
})

const undefinedVersion = 'a value was sent as undefined, null or NaN, but signed as empty'
const unknown = 'unknown; a wrong SecretKey looks like this'

/** What is known of each: `@tencent-sdk/capi` sends `Version=undefined`, PHP leaves out what it signed as null. */
const causes: Record<string, string> = {
  'tencent-sdk-capi-2.0.3__v1-post-v2endpoint.http': undefinedVersion,
  'tencent-sdk-capi-2.0.3__v1-post-local.http': undefinedVersion,
  'tencent-sdk-capi-2.0.3__v1-post-sha256-token.http': undefinedVersion,
  'tencent-sdk-capi-2.0.3__v1-noversion.http': undefinedVersion,
  'tencent-sdk-capi-2.0.3__v1-post-default-host.http': undefinedVersion,
  'tencent-sdk-capi-2.0.3__factory-v1-ok.http': undefinedVersion,
  'tencent-sdk-capi-2.0.3__v1-drop-once.http': undefinedVersion,
  'qcloudapi-sdk-php-2.0.9__get-bool-null.http': unknown,
  'qcloudapi-sdk-php-2.0.9__get-null.http': unknown,
}

describe('a request that was not sent as it was signed is refused, and the log names a true cause or none', () => {
  test.each(refused)('$file', async ({ file, time }) => {
    const { code, diagnosis } = await replay(file, time)
    expect(code).toMatch(/^(InvalidParameter|AuthFailure)\.SignatureFailure$/)
    expect(diagnosis?.mistake).toBe(causes[file])
  })
})

describe('what was sent unsigned on purpose is refused in strict, and answered where nothing is checked', () => {
  test.each(policy)('$file', async ({ file, time }) => {
    expect((await replay(file, time)).code).toBe('AuthFailure.SignatureFailure')
    expect((await replay(file, time, 'off')).code).not.toMatch(authentication)
    expect((await replay(file, time, 'known')).code).not.toMatch(authentication)
  })
})
