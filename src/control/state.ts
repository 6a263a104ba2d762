import type { FastifyInstance } from 'fastify'

interface State {
  export(): object
  import(document: unknown): Promise<void>
}

/** `GET /state` and `PUT /state {…}`: everything as one document, a fixture that any emulator takes. */
export function stateRoutes(app: FastifyInstance, state: State): void {
  app.get('/state', () => state.export())
  app.put('/state', { bodyLimit: 1_073_741_824 }, async ({ body }) => {
    await state.import(body)
    return { imported: true }
  })
}
