import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import index from '../data/captures/index.json' with { type: 'json' }
import { differenceOf, lastEntry } from '../support/diagnosis.ts'
import { start } from '../support/emulator.ts'
import { sendRaw } from '../support/raw.ts'

/** The credential that the clients signed with. It is not a real one. */
const credential = {
  secretId: 'AKIDCAPTUREexample0123456789abcdefghij',
  secretKey: 'CaptureSecretKeyExample0123456789',
}

/** The captured bytes with `Connection: close`, so that the answer ends. */
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
  const emulator = await start({
    auth,
    clock: new Date(time * 1000),
    fixtures: { credentials: [credential], keyPairs: [], instances: [] },
  })
  const { Response } = (await sendRaw(emulator.port, bytesOf(file))).answer()
  return {
    code: Response.Error?.Code ?? 'Success',
    message: Response.Error?.Message,
    diagnosis: (await lastEntry(emulator.url)).diagnosis,
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

test.each(accepted.filter(({ file }) => file.includes('post-at')))('$file is executed with its @', async (capture) => {
  const { message } = await replay(capture.file, capture.time)
  // KeyName is there; what is missing is the ProjectId, or the Version
  expect(message).toMatch(/a required parameter `(ProjectId|Version)`/)
})

const undefinedVersion = 'undefined-signed-as-empty'
const unknown = 'unknown'

/** The known causes: `@tencent-sdk/capi` sends `Version=undefined`, and PHP leaves out values that it signed as null. */
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

describe('a request that differs from what was signed is refused, and the journal has the true cause or none', () => {
  test.each(refused)('$file', async ({ file, time }) => {
    const { code, diagnosis } = await replay(file, time)
    expect(code).toMatch(/^(InvalidParameter|AuthFailure)\.SignatureFailure$/)
    expect(diagnosis?.cause).toBe(causes[file])
    if (diagnosis?.cause === undefinedVersion) expect(differenceOf(diagnosis)[0]).toMatch(/^undefined/)
  })
})

describe('an intentionally unsigned request is refused in strict, and answered with --auth off', () => {
  test.each(policy)('$file', async ({ file, time }) => {
    expect((await replay(file, time)).code).toBe('AuthFailure.InvalidAuthorization')
    expect((await replay(file, time, 'off')).code).not.toMatch(authentication)
    expect((await replay(file, time, 'known')).code).not.toMatch(authentication)
  })
})
