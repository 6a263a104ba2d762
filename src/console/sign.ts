/** A SecretId and its SecretKey, which only the memory of this page has. */
export type Credential = Readonly<Record<'secretId' | 'secretKey' | 'token', string>>

/** Browsers sign only on pages of HTTPS and of localhost. */
export const canSign = (): boolean => globalThis.crypto?.subtle !== undefined

const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
const hexOf = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const secondsOf = (time: Date) => String(Math.floor(+time / 1000))
const sha256 = async (text: string) => hexOf(await crypto.subtle.digest('SHA-256', bytesOf(text)))

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return crypto.subtle.sign('HMAC', imported, bytesOf(text))
}

/** Adds the common parameters and the signature HmacSHA256 to a form. `target` is its method, host and path. */
export async function signHmac(
  params: Readonly<Record<string, string>>,
  { secretId, secretKey, token }: Credential,
  target: string,
  time: Date,
): Promise<Record<string, string>> {
  const all: Record<string, string> = {
    ...params,
    SecretId: secretId,
    ...(token && { Token: token }),
    SignatureMethod: 'HmacSHA256',
    Timestamp: secondsOf(time),
    Nonce: String(crypto.getRandomValues(new Uint32Array(1))[0]),
  }
  const names = Object.keys(all).sort((one, other) => (one < other ? -1 : 1))
  const pairs = names.map((name) => `${name.replaceAll('_', '.')}=${all[name]}`)
  const signature = await hmac(bytesOf(secretKey), `${target}?${pairs.join('&')}`)
  return { ...all, Signature: btoa(String.fromCharCode(...new Uint8Array(signature))) }
}

/** The header Authorization of TC3-HMAC-SHA256 for a POST of JSON to `/`. */
export async function signTc3(
  body: string,
  { secretId, secretKey }: Credential,
  { service, action, time }: { readonly service: string; readonly action: string; readonly time: Date },
): Promise<string> {
  const date = time.toISOString().slice(0, 10)
  const headers = { 'content-type': 'application/json', host: location.host, 'x-tc-action': action.toLowerCase() }
  const signedHeaders = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const request = ['POST', '/', '', lines.join(''), signedHeaders, await sha256(body)].join('\n')
  const scope = `${date}/${service}/tc3_request`
  const text = ['TC3-HMAC-SHA256', secondsOf(time), scope, await sha256(request)].join('\n')
  let key: BufferSource = bytesOf(`TC3${secretKey}`)
  for (const part of [date, service, 'tc3_request']) key = await hmac(key, part)
  const signature = hexOf(await hmac(key, text))
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
}
