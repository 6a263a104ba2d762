import type { FastifyInstance } from 'fastify'

interface State {
  export(): object
  import(document: unknown): Promise<void>
}

/** What fits into one string of V8, with room to spare. */
const maxBytes = 268_435_456

/** `GET /state` and `PUT /state {…}`: everything as one document, a fixture that any emulator takes. */
export function stateRoutes(app: FastifyInstance, state: State): void {
  app.get('/state', () => state.export())
  app.put('/state', { bodyLimit: maxBytes }, async ({ body }) => {
    await state.import(body)
    return { imported: true }
  })
}
