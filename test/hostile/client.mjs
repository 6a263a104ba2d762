import { Agent, get } from 'node:http'

export { Agent }

/** Sends a GET and returns the JSON of the answer. Rejects when the connection ends before. */
export function fetchJson(url, agent) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => (text ? resolve(JSON.parse(text)) : reject(new Error('an empty answer'))))
    }).on('error', reject)
  })
}
