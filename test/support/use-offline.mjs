// Runs in a network namespace that has only a loopback interface: starts the emulator with the arguments of this script, uses
// it as clients do, and prints what they saw as JSON. The log of the emulator goes to stderr.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'

// No other process has a port in this namespace
const ports = ['--port', '8213', '--tls-port', '443']
const emulator = spawn(process.execPath, [...process.argv.slice(2), ...ports], { stdio: ['ignore', 'pipe', 'inherit'] })
const ended = once(emulator, 'exit')
await Promise.race([once(emulator.stdout, 'data'), ended])

const url = 'http://127.0.0.1:8213'
const create = (name) => `/v2/index.php?Action=CreateKeyPair&Version=2017-03-12&KeyName=${name}&ProjectId=0`
const ca = await (await fetch(`${url}/_emulator/ca.pem`)).text()
const service = { ca, servername: 'cvm.api.qcloud.com', headers: { host: 'cvm.api.qcloud.com' }, agent: false }

async function json(answer) {
  const [response] = await once(answer.end(), 'response')
  return JSON.parse(Buffer.concat(await response.toArray()).toString())
}

async function tunnel(to) {
  const asked = httpRequest({ host: '127.0.0.1', port: 8213, method: 'CONNECT', path: to })
  const [{ statusCode }, socket] = await once(asked.end(), 'connect')
  return { statusCode, socket }
}

const http = await json(httpRequest(url + create('http')))
const https = await json(httpsRequest({ ...service, host: '127.0.0.1', path: create('https') }))
const { socket } = await tunnel('cvm.api.qcloud.com:443')
const proxied = await json(httpsRequest({ ...service, socket, path: create('proxy') }))
const refused = await tunnel('example.com:443')
refused.socket.destroy()
const state = await (await fetch(`${url}/_emulator/state`)).text()
const loaded = await fetch(`${url}/_emulator/state`, { method: 'PUT', body: state })
const [{ code: outside }] = await once(connect({ host: '192.0.2.1', port: 443 }), 'error')
emulator.kill('SIGTERM')

const names = JSON.parse(state).accounts.default.keyPairs.map(({ keyName }) => keyName)
process.stdout.write(
  JSON.stringify({
    interfaces: Object.keys(networkInterfaces()),
    outside,
    created: [http, https, proxied].map(({ Response }) => Response.KeyPair?.KeyName),
    refused: refused.statusCode,
    names,
    loaded: loaded.status,
    ended: await ended,
  }),
)
