import type { Operation } from './description.ts'
import { type Credential, signHmac, signTc3 } from './sign.ts'

/** An error of the API or of a control route, exactly as it was answered. The code is empty for an error of the page. */
export interface ApiError {
  readonly code: string
  readonly message: string
}

export const messageOf = (error: unknown): string => (error as Error | undefined)?.message ?? String(error)

/** Calls a control route by its path, such as `faults`. Rejects with the error that it answers. */
export type Control = <Answer = void>(method: string, path: string, body?: unknown) => Promise<Answer>

export const createControl =
  (token: string | undefined): Control =>
  async (method, path, body) => {
    const headers = tokenHeader(token)
    const response = await fetch(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    const text = await response.text()
    const json = parse(text)
    if (response.ok) return json
    const { code = `HTTP ${response.status}`, message = text } = json?.error ?? {}
    throw Object.assign(new Error(message), { code })
  }

export const tokenHeader = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` }

/** A call of an action. */
export interface ApiCall {
  readonly operation: Operation
  readonly params: Readonly<Record<string, unknown>>
  /** The account of a call without a credential. */
  readonly account: string
  readonly credential: Credential | undefined
  /** The time of the emulator, for signatures. */
  readonly time: Date
}

/** What was sent and what came back. */
export interface ApiExchange {
  readonly request: string
  readonly status: number
  readonly answer: string
  /** The member `Response`, or the whole answer of an action that has none. */
  // biome-ignore lint/suspicious/noExplicitAny: the documentation of each action says what it has
  readonly response: any
  readonly error: ApiError | undefined
  readonly durationMs: number
}

/** Sends a call. Errors of the API are a part of the result; rejects when the emulator does not answer. */
export async function callApi(call: ApiCall): Promise<ApiExchange> {
  const { path, apiVersion } = call.operation
  const { headers, body } = await (apiVersion === '3.0' ? request30(call) : request2017(call))
  const start = performance.now()
  const sent = await fetch(path, { method: 'POST', headers, body })
  const answer = await sent.text()
  const durationMs = Math.round(performance.now() - start)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)
  const request = `POST ${path} HTTP/1.1\nHost: ${location.host}\n${lines.join('')}\n${body}`
  const json = parse(answer)
  const inner = json?.Response ?? json
  return { request, status: sent.status, answer, response: inner, error: errorOf(inner, sent.status), durationMs }
}

function parse(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Answer = { Error?: { Code: string; Message: string }; code?: number; codeDesc?: string; message?: string }

/** The account API has its own envelope for errors. A rule may answer with a status alone. */
function errorOf(answer: Answer | undefined, status: number): ApiError | undefined {
  if (answer?.Error) return { code: answer.Error.Code, message: answer.Error.Message }
  if (answer?.code) return { code: answer.codeDesc ?? String(answer.code), message: answer.message ?? '' }
  return status < 400 ? undefined : { code: `HTTP ${status}`, message: '' }
}

async function request2017({ operation, params, account, credential, time }: ApiCall) {
  const { action, version, path } = operation
  const form: Record<string, string> = {
    Action: action,
    ...(version && { Version: version }),
    ...flatten(params),
    ...(account !== 'default' && { SecretId: account }),
  }
  const signed = credential ? await signHmac(form, credential, `POST${location.host}${path}`, time) : form
  const headers: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded' }
  return { headers, body: new URLSearchParams(signed).toString() }
}

async function request30({ operation, params: { Region, ...params }, account, credential, time }: ApiCall) {
  const { action, version, service } = operation
  const body = JSON.stringify(params)
  // Without a signature, the header still says whose account is meant
  const scope = `Credential=${account}/1970-01-01/${service}/tc3_request`
  const unsigned = account !== 'default' && `TC3-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`
  const authorization = credential ? await signTc3(body, credential, { service, action, time }) : unsigned
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-TC-Action': action,
    'X-TC-Version': version,
    'X-TC-Timestamp': String(Math.floor(+time / 1000)),
    ...(typeof Region === 'string' && { 'X-TC-Region': Region }),
    ...(credential?.token && { 'X-TC-Token': credential.token }),
    ...(authorization && { Authorization: authorization }),
  }
  return { headers, body }
}

/** Lists and objects become parameters with flat names, such as `KeyIds.0`. */
const flatten = (params: object, prefix = ''): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(params).map(([name, value]) =>
      typeof value === 'object' ? flatten(value, `${prefix}${name}.`) : { [`${prefix}${name}`]: String(value) },
    ),
  )
