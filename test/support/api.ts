/** An answer of the API as a client sees it. */
export interface ApiAnswer {
  readonly Response: {
    readonly RequestId: string
    readonly Error?: { readonly Code: string; readonly Message: string }
    readonly KeyPair?: {
      readonly KeyId: string
      readonly KeyName: string
      readonly ProjectId: number
      readonly PublicKey: string
      readonly PrivateKey: string
    }
  }
}

export type Sent = Readonly<Record<string, string>>

export const version = '2017-03-12'

/** The parameters of a create that works, with changes; undefined leaves one out. */
export function createParams(changes: Readonly<Record<string, string | undefined>> = {}): Sent {
  const params = { Action: 'CreateKeyPair', Version: version, KeyName: 'Tencent', ProjectId: '0', ...changes }
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

export const target = (params: Sent) => `/v2/index.php?${new URLSearchParams(params)}`

/** Sends parameters in the query of a GET. */
export async function get({ url }: { readonly url: string }, params: Sent, headers: Sent = {}): Promise<ApiAnswer> {
  const response = await fetch(url + target(params), { headers })
  return (await response.json()) as ApiAnswer
}

/** Sends parameters as the form of a POST. */
export async function post({ url }: { readonly url: string }, params: Sent, headers: Sent = {}): Promise<ApiAnswer> {
  const body = new URLSearchParams(params)
  const response = await fetch(`${url}/v2/index.php`, { method: 'POST', body, headers })
  return (await response.json()) as ApiAnswer
}

/** Creates a key pair of this name and answers its code: `Success` or that of the error. */
export async function createCode(
  emulator: { readonly url: string },
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  return codeOf(await get(emulator, createParams(changes)))
}

export const codeOf = ({ Response }: ApiAnswer): string => Response.Error?.Code ?? 'Success'

/** Any answer at all, of the API or of the account API. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever an answer holds and compares it
export type AnyAnswer = any

/** Calls an action by GET, with the Version; `params` by their flat names. */
export async function call({ url }: { readonly url: string }, Action: string, params: Sent = {}): Promise<AnyAnswer> {
  const response = await fetch(url + target({ Action, Version: version, ...params }))
  return response.json()
}

/** `{ 'KeyIds.0': 'a', 'KeyIds.1': 'b' }` */
export const list = (name: string, values: readonly string[]): Sent =>
  Object.fromEntries(values.map((value, index) => [`${name}.${index}`, value]))
