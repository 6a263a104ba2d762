import fc from 'fast-check'
import { actions } from '../../src/actions/index.ts'
import { boundary, multipart } from './multipart.ts'
import { sign } from './sign.ts'

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

/** Names of parameters in accepted and other spellings, and arbitrary names. */
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

/** A mostly valid call: the example of an action with a few changes. */
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

/** Leaves bytes as they are, cuts them, or inserts others. */
const breakage = fc.oneof(
  { weight: 4, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  {
    weight: 1,
    arbitrary: fc.nat(200).map((cut) => (bytes: Buffer) => bytes.subarray(0, Math.max(0, bytes.length - cut))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 8 })).map(([at, junk]) => (bytes: Buffer) => {
      const index = at % (bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, index), junk, bytes.subarray(index)])
    }),
  },
)

/** Signs the pairs with the credential of the fixture. A later change of the bytes invalidates the signature. */
const maybeSigned = (method: string, pairs: [string, string][], signs: boolean): [string, string][] =>
  signs ? Object.entries(sign(Object.fromEntries(pairs), { method, host: 'x' })) : pairs

const signs = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

const json = (pairs: [string, string][]) => JSON.stringify(Object.fromEntries(pairs))
const bodies: ((pairs: [string, string][]) => string)[] = [
  encode,
  json,
  (pairs) => multipart(Object.fromEntries(pairs)),
]
const body = fc
  .tuple(fc.constantFrom(...bodies), params, signs)
  .map(([write, pairs, signed]) => Buffer.from(write(maybeSigned('POST', pairs, signed))))

/** A request as bytes. */
export interface Sent {
  readonly bytes: Buffer
  /** Whether the emulator may close the connection without an answer, as for an incomplete request. */
  readonly mayBeSilent?: boolean
}

const head = (lines: readonly string[]) => Buffer.from([...lines, 'Connection: close', '\r\n'].join('\r\n'), 'latin1')

const getRequest = fc.tuple(params, fc.boolean(), breakage).map(([pairs, spoiled, change]): Sent => {
  const query = spoiled
    ? change(Buffer.from(encode(pairs)))
        .toString('latin1')
        .replaceAll(/[^!-~]/g, '%')
    : encode(pairs)
  // The HTTP parser refuses longer ones, which another test covers
  return { bytes: head([`GET ${path}?${query.slice(0, 60_000)} HTTP/1.1`, 'Host: x']) }
})

/** Megabytes to append to a body, rarely: up to the limit and beyond. */
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
  .map(([original, change, type, lengthError]): Sent => {
    const content = change(original)
    const length = Math.max(0, content.length + lengthError)
    const lines = [`POST ${path} HTTP/1.1`, 'Host: x', `Content-Type: ${type}`, `Content-Length: ${length}`]
    return { bytes: Buffer.concat([head(lines), content]), mayBeSilent: lengthError > 0 }
  })

const rawBytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(
  (junk): Sent => ({
    mayBeSilent: true,
    bytes: Buffer.concat([Buffer.from(junk), Buffer.from('\r\n\r\n')]),
  }),
)

/** Requests of every kind, most of them nearly valid. */
export const requests = fc.oneof(
  { weight: 5, arbitrary: getRequest },
  { weight: 8, arbitrary: postRequest },
  { weight: 1, arbitrary: rawBytes },
)
