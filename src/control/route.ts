import type { RouteOptions } from 'fastify'

/** What the OpenAPI document says about a control route, as the `config` of the route. */
export interface RouteNotes {
  /** What it does, in one sentence. */
  readonly summary: string
  /** JSON Schema of the answer. */
  readonly answer?: object
  /** JSON Schemas of answers with other statuses than 200, which are no errors. */
  readonly others?: Readonly<Record<number, object>>
  /** JSON Schemas of the headers that it reads. */
  readonly headers?: Readonly<Record<string, object>>
  /** JSON Schema of a body that the route checks itself. */
  readonly body?: object
  /** The content type of an answer that is not JSON. */
  readonly type?: string
}

declare module 'fastify' {
  interface FastifyContextConfig extends Partial<RouteNotes> {
    /** Whether the body stays bytes, instead of the value of its JSON. */
    takesBytes?: boolean
  }
}

/** A control route as it was registered. */
export interface ControlRoute {
  readonly method: string
  readonly url: string
  readonly schema: { readonly body?: unknown; readonly querystring?: unknown }
  readonly notes: RouteNotes
  /** Whether it needs no token. */
  readonly isOpen: boolean
}

/** Describes a route when it is registered. Throws for one without a summary. */
export function describeRoute({ method, url, schema = {}, config }: RouteOptions, isOpen: boolean): ControlRoute {
  const { summary, ...notes }: Partial<RouteNotes> = config ?? {}
  if (summary === undefined) throw new Error(`The route ${method} ${url} needs a summary in its config.`)
  return { method: `${method}`, url, schema, notes: { summary, ...notes }, isOpen }
}

/** The schema of an answer with these members. */
export const answer = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
})

export const boolean = { type: 'boolean' } as const
export const integer = { type: 'integer' } as const
export const string = { type: 'string' } as const
export const list = (items: object) => ({ type: 'array', items })
