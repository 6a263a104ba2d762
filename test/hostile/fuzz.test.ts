import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actions } from '../../src/actions/index.ts'
import { errorTexts } from '../../src/core/errors.ts'
import { upperFirst } from '../../src/core/params.ts'
import { startWithParts, temporaryFolder } from '../support/emulator.ts'
import { fastKeys } from '../support/fast-keys.ts'
import { requests, type Sent } from '../support/fuzz-requests.ts'
import { sendRaw } from '../support/raw.ts'
import { credential } from '../support/sign.ts'

/** More runs in CI than on a developer's machine. */
const runs = process.env.CI ? 5_000 : 2_000

/** Another seed generates other cases: FUZZ_SEED=$RANDOM npx vitest run test/hostile/fuzz.test.ts */
const seed = Number(process.env.FUZZ_SEED ?? 1)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const isCode = (code: unknown) => Object.keys(errorTexts).includes(`${code}`)

/** Whether an answer has the envelope of its action. Other tests check the content. */
function isEnvelope(answer: Record<string, unknown>, action: string | undefined): boolean {
  const ofAccount = actions.some(({ name: one, api }) => api === 'account' && one === action)
  if ('code' in answer !== ofAccount) return false
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

const fixtures = JSON.stringify({ credentials: [credential] })
const flags = ['--key-pair-limit', '1000000', '--fixtures', fixtures, '--clock', '2017-03-12T08:00:00Z']

interface Configuration {
  readonly name: string
  readonly more: readonly string[]
  readonly runs: number
  /** Whether the keys are those of the emulator itself. */
  readonly ownKeys?: true
}

const few = runs / 10
const configurations: readonly Configuration[] = [
  { name: 'as it starts', more: [], runs },
  { name: 'checking nothing', more: ['--auth', 'off', '--accounts', 'shared'], runs: few },
  { name: 'strict, with nonces', more: ['--auth', 'strict', '--nonce-check', 'on'], runs: few },
  { name: 'in a file', more: ['--data', 'FOLDER', '--name-scope', 'account'], runs: few },
  { name: 'seeded', more: ['--key-source', 'seeded', '--seed', 'fuzz'], runs: few, ownKeys: true },
  {
    name: 'with rules',
    more: ['--rate-limit', '50/minute', '--latency', '0..1', '--operation-delay', '10'],
    runs: few,
  },
]

test.each(configurations)(
  '$runs valid and invalid requests are each answered in an envelope, without internal errors or leaks: $name',
  {
    timeout: 600_000,
  },
  async ({ more, runs, ownKeys }) => {
    const own = more.map((flag) => (flag === 'FOLDER' ? temporaryFolder() : flag))
    const emulator = await startWithParts(ownKeys ? {} : { keys: fastKeys() }, [...flags, ...own])
    const reach = { requests: 0, dispatched: 0, succeeded: 0 }
    /** Messages of requests that Node or the decoder refuses before an action runs. */
    const early =
      /is not valid HTTP|UTF-8|percent-encoded|splited by|multipart body|JSON|parameters per request|nested too deeply|NUL character|exceed|SecretId|not found in/

    const check = async ({ bytes, mayBeSilent = false }: Sent) => {
      const answer = await sendRaw(emulator.port, bytes, mayBeSilent)
      // Bytes that end before a request is complete get no answer
      if (answer.body === '' && Number.isNaN(answer.status)) {
        expect(mayBeSilent).toBe(true)
        return
      }
      expect([200, 400, 404, 405]).toContain(answer.status)
      const first = answer.body.split(/HTTP\/1\.1 \d{3} /, 1)[0] ?? ''
      const content = JSON.parse(first)
      reach.requests++
      if (answer.status >= 404) return
      const { action } = emulator.log.lines().at(-1) ?? {}
      expect(isEnvelope(content, upperFirst(`${action}`)), first).toBe(true)
      expect(emulator.log.lines().filter(({ level }) => Number(level) >= 50)).toStrictEqual([])
      emulator.log.clear()
      const message: string | undefined = content.message ?? content.Response?.Error?.Message
      const failed = content.Response?.Error !== undefined || (content.code ?? 0) !== 0
      if (!failed || !early.test(message ?? '')) reach.dispatched++
      if (!failed) reach.succeeded++
    }

    const memory: number[] = []
    const rounds = 4
    for (let round = 0; round < rounds; round++) {
      await fc.assert(fc.asyncProperty(requests, check), {
        numRuns: runs / rounds,
        endOnFailure: true,
        seed: seed + round,
      })
      emulator.reset()
      collectGarbage()
      const { heapUsed, external } = process.memoryUsage()
      memory.push(heapUsed + external)
    }

    const share = (part: number) => `${Math.round((100 * part) / reach.requests)} %`
    process.stdout.write(
      `fuzz: ${runs} cases from seed ${seed}, ${reach.requests} answered, ${share(reach.dispatched)} reached the dispatcher, ${share(reach.succeeded)} succeeded; memory ${memory.map((bytes) => Math.round(bytes / 1e6)).join(', ')} MB\n`,
    )
    expect(reach.requests).toBeGreaterThan(runs * 0.9)
    if (more.length > 0) return
    expect(reach.dispatched).toBeGreaterThanOrEqual(reach.requests / 2)
    expect(reach.succeeded).toBeGreaterThanOrEqual(reach.requests / 10)
    // The first round warms up; a leak per request would double the memory in the later ones
    expect(memory[rounds - 1]).toBeLessThan(1.5 * (memory[1] ?? 0))
  },
)
