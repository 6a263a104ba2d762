// Loaded before the emulator: reports its connections, datagrams, DNS look-ups and child processes on stderr.
import { ChildProcess } from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { isIP, Socket } from 'node:net'

const report = (what) => process.stderr.write(`outward ${what}\n`)

/** Reports each call of these methods, except those that `isLocal` knows by their first argument. */
function watch(object, what, names, isLocal = () => false) {
  for (const name of names) {
    const method = object[name]
    object[name] = function (...args) {
      if (!isLocal(args[0])) report(`${what} ${name} ${JSON.stringify(args[0])}`)
      return method.apply(this, args)
    }
  }
}

/** The names of all functions that ask a name server. */
const lookups = (object) => Object.getOwnPropertyNames(object).filter((name) => /^(lookup|resolve|reverse)/.test(name))
// Listening looks up its own address
const isAddress = (name) => isIP(name) !== 0

watch(Socket.prototype, 'connection', ['connect'])
watch(dgram.Socket.prototype, 'datagram', ['connect', 'send'])
watch(ChildProcess.prototype, 'process', ['spawn'])
for (const object of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
  watch(object, 'look-up', lookups(object), isAddress)
syncBuiltinESMExports()
report('reports are on')
