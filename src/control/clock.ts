import type { FastifyInstance } from 'fastify'
import type { Clock } from '../system/clock.ts'
import { describedInForms } from '../system/described.ts'
import { answer, boolean } from './route.ts'

const time = { type: 'string', format: 'iso-milliseconds' } as const
const freezeTime = {
  ...time,
  ...describedInForms(
    'the time at which the clock stops, such as 2017-03-12T08:00:00Z; now if it is left out',
    '冻结的时间，例如 `2017-03-12T08:00:00Z`，不填则为当前时间。',
  ),
}
const newTime = {
  ...time,
  ...describedInForms('the new time, such as 2017-03-12T08:00:00Z', '要设置的时间，例如 `2017-03-12T08:00:00Z`。'),
}
const milliseconds = {
  type: 'integer',
  ...describedInForms(
    'by how many milliseconds the clock moves; a negative number moves it back',
    '时钟前进的毫秒数，负数表示后退。',
  ),
}

/**
 * `GET /clock`, and with POST `/clock/freeze {"time"?}`, `/clock/set {"time"}`, `/clock/advance {"milliseconds"}`,
 * `/clock/resume` and `/clock/reset`. Each responds with the time and whether the clock is frozen.
 */
export function clockRoutes(app: FastifyInstance, clock: Clock): void {
  const clockBody = () => ({ time: clock.now().toISOString(), frozen: clock.isFrozen })
  const state = answer({ time, frozen: boolean })
  const post = <Body>(
    path: string,
    summary: string,
    properties: object,
    required: readonly string[],
    change: (body: Body) => void,
  ) => {
    const type = required.length > 0 ? 'object' : ['object', 'null']
    const schema = { body: { type, additionalProperties: false, required, properties } }
    app.post(path, { schema, config: { summary, answer: state } }, ({ body }) => {
      change(body as Body)
      return clockBody()
    })
  }

  app.get('/clock', { config: { summary: 'The emulator’s time, and whether it is frozen.', answer: state } }, clockBody)
  post<{ readonly time?: string } | null>(
    '/clock/freeze',
    'Stops the clock, now or at a time.',
    { time: freezeTime },
    [],
    (body) => clock.freeze(body?.time === undefined ? undefined : new Date(body.time)),
  )
  post<{ time: string }>('/clock/set', 'Moves the clock to a time.', { time: newTime }, ['time'], (body) =>
    clock.set(new Date(body.time)),
  )
  post<{ milliseconds: number }>(
    '/clock/advance',
    'Moves the clock by milliseconds.',
    { milliseconds },
    ['milliseconds'],
    (body) => clock.advance(body.milliseconds),
  )
  post('/clock/resume', 'Lets the clock run on.', {}, [], () => clock.resume())
  post('/clock/reset', 'Returns to the time of the start.', {}, [], () => clock.reset())
}
