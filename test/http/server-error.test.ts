import { Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { startWithParts } from '../support/emulator.ts'

test('an error of a listening server, HTTP or HTTPS, is logged, and the emulator goes on', async () => {
  const servers = new Set<Server>()
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: Server, ...given: unknown[]) {
    servers.add(this)
    return Reflect.apply(listen, this, given)
  } as typeof listen
  onTestFinished(() => {
    Server.prototype.listen = listen
  })

  const emulator = await startWithParts({}, ['--tls-port', '0'])
  expect(servers.size).toBe(2)
  for (const server of servers) server.emit('error', new Error('too many open files'))
  const logged = emulator.log.lines().filter(({ msg }) => msg === 'server error')
  expect(logged).toMatchObject(Array(2).fill({ err: { message: 'too many open files' } }))
  expect(await createCode(emulator)).toBe('Success')
})
