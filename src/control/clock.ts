import type { FastifyInstance } from 'fastify'
import type { Clock } from '../system/clock.ts'

const time = { type: 'string', format: 'iso-time', description: 'a time such as 2017-03-12T08:00:00Z' } as const
const body = (properties: object, ...required: string[]) =>
  ({
    type: required.length > 0 ? 'object' : ['object', 'null'],
    additionalProperties: false,
    required,
    properties,
  }) as const

/**
 * `GET /clock`; `POST /clock/freeze {"time"?}`, `/clock/set {"time"}`, `/clock/advance {"milliseconds"}`,
 * `/clock/resume` and `/clock/reset`: each answers what the clock shows then and whether it stands.
 */
export function clockRoutes(app: FastifyInstance, clock: Clock): void {
  const shown = () => ({ time: clock.now().toISOString(), frozen: clock.isFrozen })
  const post = <Body>(path: string, schema: object, change: (body: Body) => void) =>
    app.post(path, { schema: { body: schema } }, ({ body }) => {
      change(body as Body)
      return shown()
    })

  app.get('/clock', shown)
  post<{ readonly time?: string } | null>('/clock/freeze', body({ time }), (sent) =>
    clock.freeze(sent?.time === undefined ? undefined : new Date(sent.time)),
  )
  post<{ time: string }>('/clock/set', body({ time }, 'time'), (sent) => clock.set(new Date(sent.time)))
  post<{ milliseconds: number }>(
    '/clock/advance',
    body({ milliseconds: { type: 'integer', description: 'milliseconds, negative ones back' } }, 'milliseconds'),
    ({ milliseconds }) => clock.advance(milliseconds),
  )
  post('/clock/resume', body({}), () => clock.resume())
  post('/clock/reset', body({}), () => clock.reset())
}
