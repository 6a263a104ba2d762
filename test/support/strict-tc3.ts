import type { AuthMode } from '../../src/identity/accounts.ts'
import type { Sent } from './api.ts'
import { type Tc3Signing, tc3 } from './api-3.0.ts'
import { lastEntry } from './diagnosis.ts'
import { start } from './emulator.ts'
import { createLog } from './log.ts'
import { request, sendRaw } from './raw.ts'
import { credential } from './sign.ts'

export const json = '{"KeyName":"k","ProjectId":0}'

export interface Sending {
  readonly method?: string
  readonly target?: string
  readonly body?: string
  readonly headers?: Sent
  readonly auth?: AuthMode
  readonly now?: number
  readonly token?: string
  readonly as?: { readonly secretId: string; readonly secretKey: string }
}

/** Sends a request with this signature to an emulator with --auth strict, and returns the outcome, with the diagnosis in the journal. */
export async function send(signature: string | Tc3Signing | undefined, sending: Sending = {}) {
  const { method = 'POST', target = '/', body = json, headers = {}, auth = 'strict', now = 1489305600 } = sending
  const log = createLog()
  const own = { ...(sending.as ?? credential), ...(sending.token && { token: sending.token }) }
  const { port, url } = await start({
    auth,
    clock: new Date(now * 1000),
    log: log.stream,
    fixtures: { credentials: [own] },
  })
  const authorization = typeof signature === 'object' ? tc3({ payload: body, ...signature }) : signature
  const common = {
    'Content-Type': 'application/json',
    'X-TC-Action': 'CreateKeyPair',
    'X-TC-Version': '2017-03-12',
    'X-TC-Timestamp': '1489305600',
    'X-TC-Region': 'ap-guangzhou',
    ...headers,
    ...(authorization && { Authorization: authorization }),
  }
  const { Response } = (await sendRaw(port, request(method, target, common, body))).answer()
  const { diagnosis: refused } = await lastEntry(url)
  return { code: Response.Error?.Code ?? 'Success', message: Response.Error?.Message, refused, log: log.text() }
}

export const failure = 'AuthFailure.SignatureFailure'
