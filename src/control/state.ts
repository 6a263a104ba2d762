import type { FastifyInstance } from 'fastify'
import { fixtureSchema } from '../state/schema.ts'
import type { State } from '../state/state.ts'
import { describedInForms } from '../system/described.ts'
import type { FromSchema } from '../system/schema-type.ts'
import { account } from './account-name.ts'
import { oneAfterAnother } from './body.ts'
import type { Reset } from './controls.ts'
import type { KnownAccounts } from './known-accounts.ts'
import { goneSignal, sendPieces } from './pieces.ts'
import { answer, boolean } from './route.ts'

interface StateOptions {
  readonly reset: Reset
  readonly knownAccounts: Pick<KnownAccounts, 'nearest'>
  readonly state: Pick<State, 'exportPieces' | 'importBytes'>
}

/** In bytes, for a state. Well below the maximum length of a string in V8. */
const maxStateBytes = 256 * 1024 * 1024

const resetBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    account: {
      ...account,
      ...describedInForms(
        'the name of an account, or a SecretId; everything is reset if it is left out',
        '账号名称或 SecretId，不填则重置全部。',
      ),
    },
    fixtures: {
      type: 'boolean',
      ...describedInForms(
        'false leaves out the state of --fixtures, except its credentials; true by default',
        '填 `false` 则不恢复 `--fixtures` 中的状态（凭证除外），默认为 `true`。',
      ),
    },
  },
} as const

const resetNotes = {
  summary: 'Returns everything, or one account, to the starting state.',
  answer: answer({ reset: boolean }),
}

/**
 * `POST /reset [{"account":"A"?,"fixtures":false?}]` returns everything, or one account, to the starting state. If the
 * account is not known, the answer says so and names a similar one.
 * `GET /state` exports the entire state as one document, a fixture; `PUT /state {…}` replaces the state by a document.
 */
export function stateRoutes(app: FastifyInstance, { reset, knownAccounts, state }: StateOptions): void {
  app.post<{ Body?: FromSchema<typeof resetBody> | null }>(
    '/reset',
    { schema: { body: resetBody }, config: resetNotes },
    ({ body }) => {
      const { account: name, fixtures = true } = body ?? {}
      if (reset(name, { fixtures }) || name === undefined) return { reset: true }
      // Not an error, since a test may well reset its account before it has used it
      const nearest = knownAccounts.nearest(name)
      const effect = fixtures ? 'so nothing was reset' : 'but it starts without the state of --fixtures from now on'
      const advice = nearest === undefined ? '' : ` Did you mean \`${nearest}\`?`
      return { reset: false, message: `There is no account \`${name}\`, ${effect}.${advice}` }
    },
  )
  app.get(
    '/state',
    { config: { summary: 'The entire state as one document.', answer: fixtureSchema } },
    (_request, reply) => sendPieces(reply, state.exportPieces()),
  )
  const importNotes = {
    summary: 'Replaces the entire state.',
    body: fixtureSchema,
    answer: answer({ imported: boolean }),
  }
  const config = { ...importNotes, takesBytes: true }
  app.put<{ Body?: Uint8Array[] }>(
    '/state',
    { bodyLimit: maxStateBytes, config, preParsing: oneAfterAnother() },
    async ({ body = [] }, reply) => {
      await state.importBytes(body, goneSignal(reply))
      return { imported: true }
    },
  )
}
