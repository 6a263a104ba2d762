// Loaded before the emulator: reports on stderr whatever it connects to or looks up.
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
  // Its own address is looked up when it listens
  if (name !== '127.0.0.1') report(`look-up of ${name}`)
  return lookup(name, ...rest)
}
report('reports are on')
