import type { Action } from '../../src/core/action.ts'
import type { Sent } from './api.ts'

/** Sends a request in one of the ways that a version of the API accepts. */
export type Transport = (url: string, params: Sent, action: Action) => Promise<Response>

export const transportsOf2017 = {
  GET: (url, params) => fetch(`${url}/v2/index.php?${new URLSearchParams(params)}`),
  form: (url, params) => fetch(`${url}/v2/index.php`, { method: 'POST', body: new URLSearchParams(params) }),
  multipart: (url, params) => fetch(`${url}/v2/index.php`, { method: 'POST', body: multipart(params) }),
} satisfies Record<string, Transport>

export const transportsOf30 = {
  GET: (url, params) => fetch(`${url}/?${new URLSearchParams(params)}`),
  form: (url, params) => fetch(url, { method: 'POST', body: new URLSearchParams(params) }),
  'GET with headers': (url, params) => {
    const { headers, rest } = splitHeaders(params)
    return fetch(`${url}/?${new URLSearchParams(rest)}`, { headers })
  },
  multipart: (url, params) => {
    const { headers, rest } = splitHeaders(params)
    return fetch(url, { method: 'POST', headers, body: multipart(rest) })
  },
  JSON: (url, params, action) => {
    const { headers, rest } = splitHeaders(params)
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(toJson(action, rest)) })
  },
} satisfies Record<string, Transport>

/** Separates the common parameters of 3.0, as headers, from the other parameters. */
export const splitHeaders = ({ Action = '', Version = '', ...rest }: Sent) => ({
  headers: { 'X-TC-Action': Action, 'X-TC-Version': Version },
  rest,
})

function multipart(params: Sent): FormData {
  const body = new FormData()
  for (const [name, value] of Object.entries(params)) body.append(name, value)
  return body
}

/** Builds a JSON body as a client of 3.0 does: lists, structures, and typed values where the text allows it. */
export function toJson({ params }: Action, flat: Sent): unknown {
  const root: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flat)) {
    const path = name.split('.')
    let at: Record<string, unknown> = root
    for (const part of path.slice(0, -1)) {
      if (typeof at[part] !== 'object') at[part] = {}
      at = at[part] as Record<string, unknown>
    }
    const last = path.at(-1) ?? ''
    if (typeof at[last] !== 'object') at[last] = asTyped(params[path[0] ?? '']?.type, value)
  }
  return asLists(root)
}

function asTyped(type: string | undefined, value: string): unknown {
  if (type === 'integer' && /^-?\d+(\.\d+)?$/.test(value) && !/^0\d/.test(value)) return Number(value)
  return type === 'boolean' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value
}

const asLists = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [name, asLists(member)])
  return members.length > 0 && members.every(([name]) => /^\d+$/.test(name))
    ? members.map(([, member]) => member)
    : Object.fromEntries(members)
}
