import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { createParams, get } from '../support/api.ts'
import { start } from '../support/emulator.ts'
import { request, sendRaw } from '../support/raw.ts'

const runs = process.env.CI ? 3_000 : 500
const seed = Number(process.env.FUZZ_SEED ?? 1)

const paths = [
  ...[
    'health',
    'ready',
    'reset',
    'state',
    'projects',
    'instances',
    'instances/ins-00000001',
    'limits',
    'faults',
    'faults/f',
  ],
  ...['clock', 'clock/freeze', 'clock/set', 'clock/advance', 'clock/resume', 'clock/reset', 'journal', 'journal/count'],
  ...['journal/wait', 'nowhere', ''],
]
const names = [
  ...[
    'account',
    'projectId',
    'projectName',
    'instanceId',
    'instanceState',
    'keyPairs',
    'tags',
    'error',
    'delay',
    'next',
  ],
  ...[
    'status',
    'body',
    'drop',
    'time',
    'milliseconds',
    'fixtures',
    'limit',
    'count',
    'timeout',
    'after',
    'since',
    'action',
  ],
  ...['projects', 'instances', 'accounts', 'faults', 'clock', 'version', 'credentials', '__proto__', 'constructor'],
]
const likely = fc.constantFrom<unknown>(
  ...[
    0,
    1,
    -1,
    7,
    2 ** 31,
    2 ** 53,
    1e300,
    true,
    null,
    '',
    'AKIDone',
    'ins-00000001',
    'RUNNING',
    'InternalServerError',
  ],
  ...['2017-03-12T08:00:00Z', '9999-12-31T23:59:59Z', '__proto__', '\ud800', ...actions.map(({ name }) => name)],
)
const value = fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) })
const body = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value, { maxLength: 3 }))),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
)
/** Calls that are accepted as they are, and with some of their members replaced. */
const templates: readonly (readonly [method: string, path: string, body: object])[] = [
  ['POST', 'projects', { projectId: 7, account: 'AKIDone' }],
  ['POST', 'instances', { instanceId: 'ins-00000001', account: 'AKIDone', tags: [{ key: 'a', value: 'b' }] }],
  ['POST', 'limits', { keyPairs: 5, account: 'AKIDone' }],
  ['POST', 'faults', { action: 'AddProject', error: 'InternalServerError', next: 1 }],
  ['POST', 'faults', { action: 'AddProject', status: 503, body: { a: [1] } }],
  ['POST', 'clock/advance', { milliseconds: 1000 }],
  ['POST', 'clock/set', { time: '2017-03-12T08:00:00Z' }],
  ['POST', 'reset', { account: 'AKIDone' }],
  ['PUT', 'state', { projects: [7], limits: { keyPairs: 5 } }],
]
const nearly = fc
  .tuple(fc.constantFrom(...templates), fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 1 }), fc.boolean())
  .map(([[method, path, sent], changes, isChanged]) => ({
    ...{ method, path, query: {} as Record<string, string> },
    text: JSON.stringify(isChanged ? { ...sent, ...changes } : sent),
  }))

const anything = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: fc.constantFrom(...paths),
  query: fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.string(), fc.integer().map(String)), { maxKeys: 2 }),
  // Not JSON now and then
  text: fc.oneof(
    { weight: 9, arbitrary: body.map((one) => JSON.stringify(one)) },
    { weight: 1, arbitrary: fc.string() },
  ),
})

const calls = fc.oneof({ weight: 2, arbitrary: anything }, { weight: 1, arbitrary: nearly })

test(`${runs} calls of control routes never cause an internal error, and the state can always be loaded`, {
  timeout: 300_000,
}, async () => {
  const emulator = await start({ projects: [0] })
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(calls, async ({ method, path, query, text }) => {
      // A poll may wait as long as it is told to
      const search = new URLSearchParams(path === 'journal/wait' ? { ...query, timeout: '1' } : query)
      const target = `/_emulator/${path}?${search}`
      const answer = await sendRaw(emulator.port, request(method, target, {}, text))
      expect(answer.status, `${method} ${target} ${text} → ${answer.body}`).toBeLessThan(500)
      const isPage = /^content-type: text\/html/im.test(answer.headers)
      if (!isPage && !/^transfer-encoding: chunked/im.test(answer.headers)) JSON.parse(answer.body)
      if (answer.status === 200 && method !== 'GET') accepted++
    }),
    { numRuns: runs, seed, endOnFailure: true },
  )
  expect(accepted).toBeGreaterThan(runs / 50)
  await emulator.faults.remove()
  await emulator.clock.reset()
  const state = await emulator.state.export()
  await emulator.state.import(state)
  expect(await emulator.state.export()).toStrictEqual(state)
  expect((await get(emulator, createParams({ KeyName: 'last', SecretId: 'AKIDlast' }))).Response.Error).toBeUndefined()
})
