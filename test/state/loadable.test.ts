import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Emulator, EmulatorOptions, Fixture } from '../../src/emulator.ts'
import { start, startWithParts, temporaryFolder } from '../support/emulator.ts'
import { fastKeys } from '../support/fast-keys.ts'
import * as inputs from '../support/state-inputs.ts'

const runs = 50

/** Another seed generates other cases: FUZZ_SEED=$RANDOM npx vitest run test/state/loadable.test.ts */
const seed = Number(process.env.FUZZ_SEED ?? 1)

const step = (route: string, body: fc.Arbitrary<unknown>) => body.map((value) => ({ route, body: value }))

/** A request that gives the emulator something to keep. */
const steps = fc.oneof(
  { weight: 3, arbitrary: step('PUT /_emulator/state', inputs.document) },
  step('POST /_emulator/faults', inputs.fault),
  step('POST /_emulator/projects', inputs.projectBody),
  step('POST /_emulator/instances', inputs.instanceBody),
  step('POST /_emulator/limits', inputs.limitBody),
  step('POST /_emulator/clock/set', fc.record({ time: inputs.time })),
  step('POST /_emulator/clock/freeze', fc.record({ time: inputs.time })),
  step('POST /_emulator/reset', fc.record({ account: inputs.account })),
  { weight: 2, arbitrary: step('POST /', inputs.apiCall) },
  step('POST /v2/index.php', fc.oneof(inputs.apiCall, inputs.addProject)),
)

type Target = Pick<Emulator, 'url'> & { readonly state: { export(): Fixture | Promise<Fixture> } }

async function send({ url }: Target, route: string, text?: string): Promise<{ status: number; text: string }> {
  const [method = '', path] = route.split(' ')
  const version = { 'X-TC-Action': '', 'X-TC-Version': '2017-03-12' }
  const headers = path === '/' ? { ...version, 'X-TC-Action': JSON.parse(text ?? '{}').Action } : {}
  const response = await fetch(url + path, { method, headers, ...(text !== undefined && { body: text }) })
  return { status: response.status, text: await response.text() }
}

/** Lists everything that the state has. */
async function list(emulator: Target): Promise<void> {
  const names = Object.keys((await emulator.state.export()).accounts ?? {})
  const routes = names.flatMap((name) => {
    const account = `account=${encodeURIComponent(name)}`
    const call = (action: string) => `/v2/index.php?Action=${action}&Version=2017-03-12&SecretId=${account.slice(8)}`
    return [
      ...['projects', 'instances', 'limits'].map((name) => `/_emulator/${name}?${account}`),
      ...['DescribeKeyPairs', 'DescribeInstances', 'DescribeProject'].map(call),
    ]
  })
  for (const route of [...routes, '/_emulator/faults', '/_emulator/projects', '/_emulator/clock']) {
    const { status, text } = await send(emulator, `GET ${route}`)
    const { code = '', Response } = JSON.parse(text)
    expect([status, /Internal/.test(`${code}${Response?.Error?.Code}`)], `${route}: ${text}`).toStrictEqual([
      200,
      false,
    ])
  }
}

/** The exported state; the route and the object export the same. */
async function exportState(emulator: Target): Promise<string> {
  const { status, text } = await send(emulator, 'GET /_emulator/state')
  expect(status, text).toBe(200)
  // An object has its members in another order if their names are numbers
  expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(await emulator.state.export()))
  return text
}

/** The document with the SecretKeys that an exported state leaves out. */
function withSecretKeys(text: string): string {
  const document = JSON.parse(text)
  const credentials = document.credentials.map((one: object) => ({ ...one, secretKey: 'known' }))
  return JSON.stringify({ ...document, credentials })
}

async function load(emulator: Target, text: string): Promise<void> {
  expect(await send(emulator, 'PUT /_emulator/state', text)).toStrictEqual({ status: 200, text: '{"imported":true}' })
}

/** Starts an emulator for one use of it. */
async function briefly<T>(options: EmulatorOptions, use: (emulator: Emulator) => Promise<T>): Promise<T> {
  await using emulator = await start(options)
  return await use(emulator)
}

/** What a data folder keeps. */
function keptInFolder(text: string): string {
  const { faults: _rules, clock: _clock, requests: _requests, credentials: _credentials, ...kept } = JSON.parse(text)
  return JSON.stringify(kept)
}

test(`what ${runs} documents, control requests and calls leave behind is listed, exported and loaded again`, async () => {
  const options = [
    '--clock',
    '2017-03-12T08:00:00Z',
    '--operation-delay',
    '3600000',
    '--key-source',
    'seeded',
    '--seed',
    's',
  ]
  const emulator = await startWithParts({ keys: fastKeys() }, options)
  const other = await start({ projects: [1], latency: 0, keyPairLimit: 3 })
  const reach = { accepted: 0, refused: 0 }

  const check = async (sent: readonly { readonly route: string; readonly body: unknown }[]) => {
    emulator.reset()
    for (const { route, body } of sent) {
      const { status, text } = await send(emulator, route, inputs.toJson(body))
      expect([200, 400], `${route} ${text}`).toContain(status)
      reach[status === 200 && !text.includes('"Error"') ? 'accepted' : 'refused']++
    }
    await list(emulator)
    const exported = await exportState(emulator)
    await load(emulator, exported)
    expect(await exportState(emulator)).toBe(exported)
    const complete = withSecretKeys(exported)
    // An import keeps the credentials that the document does not mention
    await other.reset()
    await load(other, complete)
    expect(await exportState(other)).toBe(exported)
    await list(other)
    await other.state.import(JSON.parse(complete))
    expect(await exportState(other)).toBe(exported)
    expect(await briefly({ fixtures: complete }, exportState)).toBe(exported)
    const data = temporaryFolder()
    await briefly({ data }, (one) => load(one, complete))
    expect(keptInFolder(await briefly({ data }, exportState))).toBe(keptInFolder(exported))
    expect(emulator.log.lines().filter(({ level }) => Number(level) >= 50)).toStrictEqual([])
    emulator.log.clear()
  }

  await fc.assert(fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 8 }), check), {
    numRuns: runs,
    endOnFailure: true,
    seed,
  })
  process.stdout.write(`loadable: ${runs} cases from seed ${seed}, ${JSON.stringify(reach)}\n`)
  expect(reach.accepted).toBeGreaterThan(reach.refused / 2)
})
