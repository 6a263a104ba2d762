import type { FastifyInstance } from 'fastify'
import type { Clock } from '../system/clock.ts'

const time = { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' } as const
const bodySchema = (properties: object, ...required: string[]) =>
  ({
    type: required.length > 0 ? 'object' : ['object', 'null'],
    additionalProperties: false,
    required,
    properties,
  }) as const

/**
 * `GET /clock`, and with POST `/clock/freeze {"time"?}`, `/clock/set {"time"}`, `/clock/advance {"milliseconds"}`,
 * `/clock/resume` and `/clock/reset`. Each responds with the time and whether the clock is frozen.
 */
export function clockRoutes(app: FastifyInstance, clock: Clock): void {
  const clockBody = () => ({ time: clock.now().toISOString(), frozen: clock.isFrozen })
  const post = <Body>(path: string, schema: object, change: (body: Body) => void) =>
    app.post(path, { schema: { body: schema } }, ({ body }) => {
      change(body as Body)
      return clockBody()
    })

  app.get('/clock', clockBody)
  post<{ readonly time?: string } | null>('/clock/freeze', bodySchema({ time }), (body) =>
    clock.freeze(body?.time === undefined ? undefined : new Date(body.time)),
  )
  post<{ time: string }>('/clock/set', bodySchema({ time }, 'time'), ({ time: to }) => clock.set(new Date(to)))
  post<{ milliseconds: number }>(
    '/clock/advance',
    bodySchema(
      { milliseconds: { type: 'integer', description: 'milliseconds; negative values move the clock backwards' } },
      'milliseconds',
    ),
    ({ milliseconds }) => clock.advance(milliseconds),
  )
  post('/clock/resume', bodySchema({}), () => clock.resume())
  post('/clock/reset', bodySchema({}), () => clock.reset())
}
