import { createHmac } from 'node:crypto'
import { startEmulator } from '../../src/emulator.ts'

/**
 * Prints which part of large bodies is still in memory after their requests, as a share of their size. The first
 * argument is the name of a way to keep something of a request: in the journal, as an account, and so on.
 */
const credential = { secretId: 'AKIDretained0000000', secretKey: 'a-secret-key-of-the-test' }
const signed = { SecretId: credential.secretId, Nonce: '12345678901234', Timestamp: '1489305600' }
const filler = 'x'.repeat(4_000_000)
const count = 20

/** By name, the options and the parameters of the nth request; each value is long enough to be a part of the body. */
const ways = {
  journal: [{}, (n) => ({ KeyName: `a_long_name_of_the_request_${n}` })],
  'the name of a parameter in the journal': [{}, (n) => ({ [`AParameterWithALongName${n}`]: 'x' })],
  'an error in the journal': [{}, (n) => ({ Action: `AnActionWithALongName${n}` })],
  'the diagnosis of a signature in the journal': [
    { auth: 'strict', fixtures: { credentials: [credential] } },
    (n) => ({ ...signed, Signature: `c2lnbmF0dXJlIG9mIHRoZSB0ZXN0${n}` }),
  ],
  accounts: [{ journalSize: 0 }, (n) => ({ SecretId: `AKIDaccount00000000${n}` })],
  'request counts': [
    { journalSize: 0, keySource: 'seeded', seed: 'a' },
    (n) => ({ SecretId: `AKIDaccount00000000${n}` }),
  ],
  'the rate limit': [{ journalSize: 0, rateLimit: '5/minute' }, (n) => ({ SecretId: `AKIDaccount00000000${n}` })],
  nonces: [
    {
      journalSize: 0,
      auth: 'strict',
      nonceCheck: 'on',
      clock: '2017-03-12T08:00:00Z',
      fixtures: { credentials: [credential] },
    },
    (n) => sign({ ...signed, Nonce: `1234567890123${n}` }),
  ],
}

const common = { Action: 'DescribeKeyPairs', Version: '2017-03-12', Filler: filler }

function sign(params) {
  const all = { ...common, ...params }
  const pairs = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
  const text = `POST127.0.0.1/v2/index.php?${pairs.join('&')}`
  return { ...params, Signature: createHmac('sha1', credential.secretKey).update(text).digest('base64') }
}

const way = process.argv[2]
const [options, paramsOf] = ways[way]
const emulator = await startEmulator({ port: 0, poolSize: 0, ...options })

async function send(from, to) {
  for (let n = from; n < to; n++) {
    const body = new URLSearchParams({ ...common, ...paramsOf(n) }).toString()
    const answer = await (await fetch(`${emulator.url}/v2/index.php`, { method: 'POST', body })).json()
    if (answer.Response.Error && !way.endsWith('in the journal')) throw new Error(answer.Response.Error.Message)
  }
}

async function used() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc()
    await new Promise(setImmediate)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

await send(0, 4)
const before = await used()
await send(4, 4 + count)
const kept = (await used()) - before
await emulator.close()
process.stdout.write(`${kept / (count * filler.length)}\n`)
process.exit()
