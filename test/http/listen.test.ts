import { Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { startWithParts } from '../support/emulator.ts'
import { open, trusted } from '../support/https.ts'

/** Lets no server of this process listen on `::`, as the kernel does where there is no IPv6. Returns the hosts that were tried. */
function refuseIpv6(code: string): string[] {
  const hosts: string[] = []
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: Server, ...given: [{ host: string }]) {
    const [{ host }] = given
    hosts.push(host)
    if (host !== '::') return Reflect.apply(listen, this, given)
    const error = Object.assign(new Error(`listen ${code}: ${host}`), { code })
    process.nextTick(() => this.emit('error', error))
    return this
  } as typeof listen
  onTestFinished(() => {
    Server.prototype.listen = listen
  })
  return hosts
}

const everywhere = ['--host', '::', '--tls-port', '0']

test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('without IPv6 (%s) `::` means all IPv4 addresses', async (code) => {
  const hosts = refuseIpv6(code)
  const { url, tls, log } = await startWithParts({}, everywhere)
  expect(hosts).toStrictEqual(['::', '0.0.0.0', '::', '0.0.0.0'])
  expect([url, tls?.url].map((one) => one?.replace(/\d+$/, 'PORT'))).toStrictEqual([
    'http://127.0.0.1:PORT',
    'https://127.0.0.1:PORT',
  ])
  expect(await createCode({ url })).toBe('Success')
  expect(log.lines()).toContainEqual(
    expect.objectContaining({ msg: 'There is no IPv6 here: listening on 0.0.0.0 in place of ::' }),
  )
})

test('other errors of `::` end the start, and an address of IPv6 is never replaced', async () => {
  refuseIpv6('EACCES')
  await expect(startWithParts({}, everywhere)).rejects.toThrow('This user may not listen on [::]:0.')
  await expect(startWithParts({}, ['--host', '2001:db8::1'])).rejects.toThrow('2001:db8::1 is not an address')
})

test('`::` listens for IPv4, too, and the URL has an address that every client can reach', async () => {
  const emulator = await open({ host: '::' })
  expect([emulator.url, emulator.tls?.url]).toStrictEqual([
    `http://127.0.0.1:${emulator.port}`,
    `https://127.0.0.1:${emulator.tls?.port}`,
  ])
  expect(await trusted(emulator)).toContain('BEGIN CERTIFICATE')
})
