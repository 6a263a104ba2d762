import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actions } from '../src/actions/index.js'
import { errorTexts } from '../src/core/errors.js'
import { startWithParts } from './support/emulator.js'
import { fastKeys } from './support/fast-keys.js'
import { boundary, multipart } from './support/multipart.js'
import { sendRaw } from './support/raw.js'

/** Fewer on somebody's machine, more in CI. */
const runs = process.env.CI ? 20_000 : 2_000

const path = '/v2/index.php'
const hostile = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  '_',
  '.',
  '..',
  'a.b.c.d.e.f.g.h.i',
  '\0',
  '😀',
  'ﬀ',
)
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 30 }), hostile)

/** Names that mean something, in the spellings that are understood and others. */
const known = actions.flatMap(({ params }) => Object.keys(params))
const name = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...known, ...known.map((one) => one.charAt(0).toLowerCase() + one.slice(1))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'KeyIds.0',
      'KeyIds_1',
      'KeyIds.99999999999',
      'Filters.1.Name',
      'Filters.1.Values.2',
      'Filters.1.Values.2.3.4.5.6',
      'InstanceIds.0',
      'Signature',
      'SecretId',
      'Region',
      'Version',
      'EmulatorDelay',
    ),
  },
  { weight: 1, arbitrary: text },
)
const value = fc.oneof(
  text,
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '9007199254740993',
    'TRUE',
    'skey-00000000',
    'ins-00000000',
    'ssh-rsa AAAA',
    '@x',
    '%',
    'key-name',
  ),
)

/** A call that is mostly right: an action's own example, then a few changes. */
const params = fc
  .tuple(
    fc.constantFrom(...actions),
    fc.nat(1e9),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(fc.tuple(name, value), { maxLength: 4 }) },
    ),
    fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(12_000) }),
  )
  .map(([action, salt, changes, flood]): [string, string][] => {
    const example = { ...action.example, ...('KeyName' in action.example && { KeyName: `k${salt}` }) }
    const base: [string, string][] = [['Action', action.name], ['Version', '2017-03-12'], ...Object.entries(example)]
    const more = Array.from({ length: flood }, (_, index): [string, string] => [`x${index}`, ''])
    return [...base, ...changes.filter(([one, what]) => one !== 'EmulatorDelay' || what !== '1'), ...more]
  })

const encode = (pairs: [string, string][]) =>
  pairs.map((pair) => pair.map((part) => encodeURIComponent(part)).join('=')).join('&')

const contentType = fc.constantFrom(
  'application/x-www-form-urlencoded',
  'application/json',
  `multipart/form-data; boundary=${boundary}`,
  ';;;',
  '',
  'text/plain; charset="',
)

/** A way to break bytes that were whole. */
const breakage = fc.oneof(
  { weight: 4, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  {
    weight: 1,
    arbitrary: fc.nat(200).map((cut) => (bytes: Buffer) => bytes.subarray(0, Math.max(0, bytes.length - cut))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 8 })).map(([at, junk]) => (bytes: Buffer) => {
      const place = at % (bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, place), junk, bytes.subarray(place)])
    }),
  },
)

const json = (pairs: [string, string][]) => JSON.stringify(Object.fromEntries(pairs))
const bodies: ((pairs: [string, string][]) => string)[] = [
  encode,
  json,
  (pairs) => multipart(Object.fromEntries(pairs)),
]
const body = fc.tuple(fc.constantFrom(...bodies), params).map(([write, pairs]) => Buffer.from(write(pairs)))

interface Sent {
  readonly bytes: Buffer
}

const head = (lines: readonly string[]) => Buffer.from([...lines, 'Connection: close', '\r\n'].join('\r\n'), 'latin1')

const getRequest = fc.tuple(params, fc.boolean(), breakage).map(([pairs, spoiled, change]): Sent => {
  const query = spoiled
    ? change(Buffer.from(encode(pairs)))
        .toString('latin1')
        .replaceAll(/[^!-~]/g, '%')
    : encode(pairs)
  // Longer ones are the parser's to refuse, which its own test covers
  return { bytes: head([`GET ${path}?${query.slice(0, 60_000)} HTTP/1.1`, 'Host: x']) }
})

/** Megabytes behind a body, seldom: up to the limit and beyond. */
const filler = fc.oneof({ weight: 400, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(11) })

const postRequest = fc
  .tuple(
    fc
      .tuple(body, filler)
      .map(([content, megabytes]) => Buffer.concat([content, Buffer.alloc(megabytes * 1_048_576, 'x')])),
    breakage,
    contentType,
    fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -50, max: 50 }) }),
  )
  .map(([whole, change, label, wrong]): Sent => {
    const content = change(whole)
    const length = Math.max(0, content.length + Math.min(0, wrong))
    const lines = [`POST ${path} HTTP/1.1`, 'Host: x', `Content-Type: ${label}`, `Content-Length: ${length}`]
    return { bytes: Buffer.concat([head(lines), content]) }
  })

const rawBytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(
  (junk): Sent => ({
    bytes: Buffer.concat([Buffer.from(junk), Buffer.from('\r\n\r\n')]),
  }),
)

const requests = fc.oneof(
  { weight: 5, arbitrary: getRequest },
  { weight: 8, arbitrary: postRequest },
  { weight: 1, arbitrary: rawBytes },
)

const isCode = (code: unknown) => Object.keys(errorTexts).includes(`${code}`)

/** Whether an answer is in an envelope that its action may have; what it says otherwise is for other tests. */
function isEnvelope(answer: Record<string, unknown>): boolean {
  if ('code' in answer)
    return Number.isInteger(answer.code) && typeof answer.message === 'string' && !('Response' in answer)
  const { Error: error, RequestId } = answer.Response as {
    Error?: { Code: string; Message: string }
    RequestId: string
  }
  const isId = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(RequestId)
  return (
    isId &&
    Object.keys(answer).length === 1 &&
    (error === undefined || (isCode(error.Code) && error.Message.length > 0))
  )
}

test(`${runs} requests, right and wrong, are each answered in an envelope, and nothing breaks`, {
  timeout: 600_000,
}, async () => {
  const emulator = await startWithParts({ keys: fastKeys() }, ['--key-pair-limit', '1000000', '--log-level', 'error'])
  const reach = { requests: 0, dispatched: 0, succeeded: 0 }
  /** What never gets to an action: what Node or the decoder refuses. */
  const early =
    /is not valid HTTP|UTF-8|percent-encoded|splited by|multipart body|JSON|parameters at most|nested too deeply|NUL character|exceed|SecretId|looked for in/

  const check = async ({ bytes }: Sent) => {
    const answer = await sendRaw(emulator.port, bytes)
    // Nothing comes back to bytes that end before any request does
    if (answer.body === '' && Number.isNaN(answer.status)) return
    expect([200, 400, 404, 405]).toContain(answer.status)
    const first = answer.body.split(/HTTP\/1\.1 \d{3} /, 1)[0] ?? ''
    const content = JSON.parse(first)
    reach.requests++
    if (answer.status >= 404) return
    expect(isEnvelope(content), first).toBe(true)
    const message: string | undefined = content.message ?? content.Response?.Error?.Message
    const failed = content.Response?.Error !== undefined || (content.code ?? 0) !== 0
    if (!failed || !early.test(message ?? '')) reach.dispatched++
    if (!failed) reach.succeeded++
  }

  const memory: number[] = []
  const rounds = 4
  for (let round = 0; round < rounds; round++) {
    await fc.assert(fc.asyncProperty(requests, check), { numRuns: runs / rounds, endOnFailure: true, seed: round + 1 })
    emulator.reset()
    globalThis.gc?.()
    memory.push(process.memoryUsage().heapUsed)
  }

  const share = (part: number) => `${Math.round((100 * part) / reach.requests)} %`
  process.stdout.write(
    `fuzz: ${runs} cases, ${reach.requests} answered, ${share(reach.dispatched)} reached the dispatcher, ${share(reach.succeeded)} succeeded; heap ${memory.map((bytes) => Math.round(bytes / 1e6)).join(', ')} MB\n`,
  )
  expect(reach.requests).toBeGreaterThan(runs * 0.9)
  expect(reach.dispatched).toBeGreaterThanOrEqual(reach.requests / 2)
  expect(reach.succeeded).toBeGreaterThanOrEqual(reach.requests / 10)
  const logged = emulator.log.lines().filter(({ level }) => Number(level) >= 50)
  expect(logged).toStrictEqual([])
  // The first round warms up; what grows with every request would double from then on
  expect(memory[rounds - 1]).toBeLessThan(2 * (memory[1] ?? 0))
})
