import type { IncomingMessage } from 'node:http'

/** Sends a GET request; rejects with a TimeoutError when there is no whole answer in time. */
export async function get(
  url: string,
  timeoutMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string }> {
  // One of them is enough, and each takes its time
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { agent: false, headers, signal }, resolve).on('error', reject).end()
    })
    let body = ''
    for await (const chunk of response.setEncoding('utf8')) body += chunk
    return { status: response.statusCode ?? 0, body }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
