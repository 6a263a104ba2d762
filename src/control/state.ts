import type { FastifyInstance } from 'fastify'

interface State {
  export(): object
  import(document: unknown): Promise<void>
}

/** Well below the maximum length of a string in V8. */
const maxStateBytes = 268_435_456

/** `GET /state` exports the entire state as one document, a fixture; `PUT /state {…}` replaces the state by a document. */
export function stateRoutes(app: FastifyInstance, state: State): void {
  app.get('/state', () => state.export())
  app.put('/state', { bodyLimit: maxStateBytes }, async ({ body }) => {
    await state.import(body)
    return { imported: true }
  })
}
