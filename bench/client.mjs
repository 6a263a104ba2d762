import http from 'node:http'
import { connect } from 'node:net'

/**
 * A client as lean as one can be: keeps a connection open, sends ready-made bytes, reads answers by their
 * Content-Length.
 */
export async function leanClient(port) {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let received = Buffer.alloc(0)
  let waiting
  const fail = (error) => waiting?.reject(error ?? new Error('The connection ended.'))
  socket.on('error', fail)
  socket.on('close', () => fail())
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = received.latin1Slice(0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
    const whole = end + 4 + length
    if (received.length < whole) return
    const body = received.latin1Slice(end + 4, whole)
    received = received.subarray(whole)
    const { resolve } = waiting
    waiting = undefined
    resolve(body)
  })
  return {
    /** The body of the answer. */
    send: ({ bytes }) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(bytes)
      }),
    close: () => socket.destroy(),
  }
}

/** Node's own client, as programs and tests have it; it costs more than many a server does. */
export async function nodeClient(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  return {
    send: ({ path }) =>
      new Promise((resolve, reject) => {
        const request = http.get({ host: '127.0.0.1', port, path, agent }, (response) => {
          let body = ''
          response.setEncoding('utf8')
          response.on('data', (chunk) => {
            body += chunk
          })
          response.on('end', () => resolve(body))
        })
        request.on('error', reject)
      }),
    close: () => agent.destroy(),
  }
}

/** A GET with these parameters. */
export function getRequest(params) {
  const path = `/v2/index.php?${new URLSearchParams(params)}`
  return { path, bytes: Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`) }
}

/**
 * Sends requests over some connections, one at a time on each, until `until` says so; `check` throws at an answer that
 * does not count. With `awake` this process takes a core to itself: asleep, it would make the server's every write pay
 * for waking it, and the slower side more often.
 */
export async function load(port, { connections, next, check, until, client = leanClient, awake = false }) {
  const latencies = []
  const opened = await Promise.all(Array.from({ length: connections }, () => client(port)))
  let loading = awake
  const spin = () => {
    if (loading) setImmediate(spin)
  }
  spin()
  const start = performance.now()
  await Promise.all(
    opened.map(async (connection) => {
      while (!until(latencies.length, performance.now() - start)) {
        const request = next()
        if (request === undefined) return
        const sent = performance.now()
        const body = await connection.send(request)
        latencies.push(performance.now() - sent)
        check(body)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  loading = false
  for (const connection of opened) connection.close()
  return { count: latencies.length, seconds, ...summary(latencies), perSecond: latencies.length / seconds }
}

/** Median and 99th percentile. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: at(0.5), p99: at(0.99) }
}

export const median = (values) => summary(values).p50
