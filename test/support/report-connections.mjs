// Loaded before the emulator: reports its connections and DNS look-ups on stderr.
import dns from 'node:dns'
import { Socket } from 'node:net'

const report = (what) => process.stderr.write(`outward ${what}\n`)
const connect = Socket.prototype.connect
Socket.prototype.connect = function (...args) {
  report(`connection to ${JSON.stringify(args[0])}`)
  return connect.apply(this, args)
}
const lookup = dns.lookup
dns.lookup = (name, ...rest) => {
  // Listening looks up its own address
  if (name !== '127.0.0.1') report(`look-up of ${name}`)
  return lookup(name, ...rest)
}
report('reports are on')
