import { execFile } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import golden from '../data/seeded-keys.json' with { type: 'json' }
import { codeOf, createCode, createParams, get, target } from '../support/api.ts'
import { temporaryFolder } from '../support/emulator.ts'
import { type EmulatorProcess, launch as launchFile } from '../support/process.ts'
import { credential, sign } from '../support/sign.ts'

/** What must work on every supported Node: the built command and package, run by the Node that runs this file. */

const root = fileURLToPath(new URL('../../', import.meta.url))

const launch = (args: readonly string[]) => launchFile(args, { main: join(root, 'dist/main.js') })

async function stop({ child, ended }: EmulatorProcess): Promise<void> {
  child.kill('SIGTERM')
  expect(await ended).toStrictEqual({ code: 0, signal: null })
}

/** Runs a program as a module in the checkout, where it can import `cvm-emulator`; its standard output. */
async function runProgram(program: string, env: Record<string, string> = {}): Promise<string> {
  const args = ['--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })
  return stdout
}

test('a key is created once, its name is taken afterwards, and both survive a restart', async () => {
  const args = ['--port', '0', '--data', temporaryFolder()]
  const first = launch(args)
  const { Response } = await get({ url: await first.ready }, createParams())
  const { KeyPair } = Response
  const ssh = Buffer.from(KeyPair?.PublicKey.split(' ')[1] ?? '', 'base64')
  const { n } = createPublicKey(createPrivateKey(KeyPair?.PrivateKey ?? '')).export({ format: 'jwk' })
  expect(ssh.subarray(-256).toString('base64url')).toBe(n)
  expect(await createCode({ url: await first.ready })).toBe('InvalidKeyPairName.Duplicate')
  await stop(first)

  const second = launch(args)
  expect(await createCode({ url: await second.ready })).toBe('InvalidKeyPairName.Duplicate')
  await stop(second)
})

test('the built console is a page with its files, and has the license of what it contains', async () => {
  const emulator = launch(['--port', '0'])
  const url = await emulator.ready
  const page = await fetch(url, { headers: { accept: 'text/html' } })
  expect([page.url, page.headers.get('content-type')]).toStrictEqual([`${url}/_emulator/`, 'text/html; charset=utf-8'])
  const files = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file = '']) => file)
  expect(files).toStrictEqual(['console/icon.svg', 'console/app.css', 'console/app.js'])
  const texts = await Promise.all(files.map(async (file) => (await fetch(new URL(file, page.url))).text()))
  expect(texts[2]).toContain('Permission is hereby granted')
  await stop(emulator)
})

test('strict signatures pass and fail', async () => {
  const fixtures = JSON.stringify({ credentials: [credential] })
  const emulator = launch([
    '--port',
    '0',
    '--auth',
    'strict',
    '--fixtures',
    fixtures,
    '--clock',
    '2017-03-12T08:00:00Z',
  ])
  const url = await emulator.ready
  const signed = sign(createParams(), { host: new URL(url).host })
  expect(codeOf(await get({ url }, signed))).toBe('Success')
  const wrong = sign(createParams({ KeyName: 'b' }), { host: new URL(url).host, key: 'wrong' })
  expect(codeOf(await get({ url }, wrong))).toBe('InvalidParameter.SignatureFailure')
  await stop(emulator)
})

test('HTTPS and the CONNECT proxy answer a client that trusts the CA', async () => {
  const folder = temporaryFolder()
  const emulator = launch(['--port', '0', '--tls-port', '0', '--data', folder])
  const url = await emulator.ready
  writeFileSync(join(folder, 'trusted.pem'), await (await fetch(`${url}/_emulator/ca.pem`)).text())
  const tls = /"url":"(https:[^"]+)"/.exec(emulator.stderr())?.[1] ?? ''
  const request = (name: string) => `https://cvm.api.qcloud.com${target(createParams({ KeyName: name }))}`
  const program = `
    import { request } from 'node:http'
    import { get } from 'node:https'
    const print = (response) => response.setEncoding('utf8').on('data', (text) => process.stdout.write(text))
    get('${tls}${target(createParams({ KeyName: 'direct' }))}', print)
    const proxy = new URL('${url}')
    request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: 'cvm.api.qcloud.com:443' })
      .on('connect', (_, socket) => get('${request('tunnel')}', { socket, agent: false }, print))
      .end()`
  const answers = await runProgram(program, { NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem') })
  expect(answers).toContain('"KeyName":"direct"')
  expect(answers).toContain('"KeyName":"tunnel"')
  await stop(emulator)
})

test('seeded keys made in threads are the golden ones', async () => {
  const [one] = golden
  if (!one) throw new Error('no golden keys')
  const emulator = launch(
    ['--port', '0', '--key-source', 'seeded', '--seed', 'golden', '--clock', '2017-03-12T08:00:00Z'].concat(
      '--key-bits',
      `${one.bits}`,
    ),
  )
  const url = await emulator.ready
  for (const [index, answer] of one.answers.entries()) {
    expect(await get({ url }, createParams({ KeyName: `k${index}`, SecretId: one.account }))).toStrictEqual(answer)
  }
  await stop(emulator)
})

test('an error that a program does not catch is printed with a short line of the source, and its stack', async () => {
  const program = `
    import { startEmulator } from 'cvm-emulator'
    await startEmulator({ port: 'x' })`
  const failed = await runProgram(program).catch((error: unknown) => error as { code: number; stderr: string })
  const { code, stderr } = failed as { code: number; stderr: string }
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^OperatorError: startEmulator: port: "x" is not an integer from 0 to 65535\.\n +at \w+ \(.*dist.config\.js:\d+/m,
  )
  for (const line of stderr.split('\n')) expect(line.length).toBeLessThan(500)
})

test('an exception that the command does not catch ends it with code 1, a short line of the source, and its stack', async () => {
  // From the ready line on, until the process ends, the timer that writes the log throws
  const planted = `data:text/javascript,
    const { stdout, stderr } = process;
    const write = stdout.write;
    stdout.write = (text) => { stderr.write = 'planted'; return write.call(stdout, text) };
    process.on('exit', () => { stderr.write = write.bind(stderr) })`
  const emulator = launchFile(['--port', '0', '--pool-size', '0'], {
    main: join(root, 'dist/main.js'),
    env: { NODE_OPTIONS: `--import ${planted.replaceAll(/\s/g, '%20')}` },
  })
  await createCode({ url: await emulator.ready }, { KeyName: '' })
  expect(await emulator.ended).toStrictEqual({ code: 1, signal: null })
  expect(emulator.stderr()).toMatch(/^TypeError: out\.write is not a function\n +at .*dist.main\.js:\d+/m)
  for (const line of emulator.stderr().split('\n')) expect(line.length).toBeLessThan(500)
})

test('the entry of the package starts, answers and ends, and leaves the process free to exit', async () => {
  const output = await runProgram(`
    import { startEmulator } from 'cvm-emulator'
    const emulator = await startEmulator({ port: 0 })
    const answer = await fetch(emulator.url + ${JSON.stringify(target(createParams()))})
    console.log((await answer.json()).Response.KeyPair.KeyName)
    await emulator.close()`)
  expect(output).toBe('Tencent\n')
})
