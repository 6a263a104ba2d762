import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createCode } from '../support/api.ts'
import { call30, codeOf30 } from '../support/api-3.0.ts'
import { control } from '../support/controls.ts'
import { temporaryFolder } from '../support/emulator.ts'
import { launch } from '../support/process.ts'
import { testWith } from '../support/tools.ts'

const databaseModule = new URL('../../src/store/database-file.ts', import.meta.url).href
const flags = ['--port', '0', '--key-bits', '1024', '--pool-size', '0']

const ready = (url: string) => control(url, 'GET', '/ready')

/** The error lines of a log. */
const errorsOf = (log: string) =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: number; err?: { message: string } })
    .filter(({ level }) => level >= 50)

describe('when the open file is', () => {
  const losses: [what: string, lose: (file: string) => void][] = [
    ['truncated', (file) => truncateSync(file, 4096)],
    ['truncated', (file) => writeFileSync(file, '')],
    ['removed', (file) => rmSync(dirname(file), { recursive: true })],
    [
      'replaced',
      (file) => {
        copyFileSync(file, `${file}.copy`)
        renameSync(`${file}.copy`, file)
      },
    ],
  ]

  test.each(losses)('%s, calls are refused, the reason is logged, and the process goes on', async (what, lose) => {
    const data = join(temporaryFolder(), 'data')
    const emulator = launch([...flags, '--data', data])
    const url = await emulator.ready
    expect(await createCode({ url }, { KeyName: 'a' })).toBe('Success')
    expect(await ready(url)).toStrictEqual({ status: 200, body: { ready: true } })

    lose(join(data, 'cvm-emulator.db'))
    expect([
      await createCode({ url }, { KeyName: 'b' }),
      codeOf30(await call30({ url }, 'DescribeKeyPairs')),
      (await control(url, 'POST', '/projects', { projectId: 7 })).status,
      (await control(url, 'POST', '/limits', { keyPairs: 7 })).status,
      (await control(url, 'POST', '/reset')).status,
      (await control(url, 'GET', '/health')).status,
    ]).toStrictEqual(['InternalServerError', 'InternalError', 500, 500, 500, 200])
    const reason = `cvm-emulator.db was ${what} while the emulator was using it. Restart the emulator.`
    expect(await ready(url)).toStrictEqual({ status: 503, body: { ready: false, reason } })
    emulator.child.kill('SIGTERM')
    expect(await emulator.ended).toStrictEqual({ code: 0, signal: null })
    // One line for each of the five that failed
    expect(errorsOf(emulator.stderr()).map(({ err }) => err?.message)).toStrictEqual(Array(5).fill(reason))
  })
})

test('reading a page of a truncated file is an error, not a signal that ends the process', () => {
  const script = `
    const { truncateSync } = await import('node:fs')
    const { openDatabaseFile } = await import(${JSON.stringify(databaseModule)})
    const folder = process.argv[1]
    const open = () => openDatabaseFile(folder, () => {})
    const writing = open()
    writing.exec("CREATE TABLE many (text TEXT); INSERT INTO many WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT hex(randomblob(2000)) FROM n")
    writing.close()
    const reading = open()
    // With a change in the WAL the number of pages is known from there, not from the size of the file
    reading.exec('CREATE TABLE small (x)')
    truncateSync(reading.name, 65536)
    try {
      reading.prepare('SELECT sum(length(text)) FROM many').get()
    } catch (error) {
      console.log(error.code)
    }`
  const { status, signal, stdout } = spawnSync(process.execPath, ['-e', script, temporaryFolder()], {
    encoding: 'utf8',
  })
  expect({ status, signal, stdout }).toStrictEqual({ status: 0, signal: null, stdout: 'SQLITE_CORRUPT\n' })
})

describe('on a full disk', () => {
  /** Runs the command where `folder` is a disk of its own, after a script of the shell. */
  const onDisk =
    (folder: string, script = ':', size = '1m') =>
    (command: readonly string[]) => [
      ...['unshare', '--mount', '--map-root-user', 'sh', '-c'],
      `mount -t tmpfs -o size=${size} tmpfs '${folder}' && ${script} && exec "$@"`,
      ...['sh', ...command],
    ]
  const tool = 'unshare --mount --map-root-user mount -t tmpfs tmpfs /mnt'

  testWith(tool)('creates are refused and ready says why; both recover when there is space again', async () => {
    const disk = temporaryFolder()
    const emulator = launch([...flags, '--data', join(disk, 'data')], { wrap: onDisk(disk) })
    const url = await emulator.ready
    const ballast = join(`/proc/${emulator.child.pid}/root${disk}`, 'ballast')
    expect(() => writeFileSync(ballast, Buffer.alloc(2 ** 21))).toThrow('ENOSPC')
    expect(await ready(url)).toStrictEqual({
      status: 503,
      body: { ready: false, reason: 'database or disk is full' },
    })
    expect(await createCode({ url }, { KeyName: 'a' })).toBe('InternalServerError')
    expect(codeOf30(await call30({ url }, 'DescribeKeyPairs'))).toBe('Success')
    rmSync(ballast)
    expect(await ready(url)).toStrictEqual({ status: 200, body: { ready: true } })
    expect(await createCode({ url }, { KeyName: 'a' })).toBe('Success')
  })

  testWith(tool)(
    'a state that does not fit is not loaded, ready says why, and what was stored of it goes away',
    async () => {
      const disk = temporaryFolder()
      const emulator = launch([...flags, '--data', join(disk, 'data')], { wrap: onDisk(disk, ':', '10m') })
      const url = await emulator.ready
      expect(await createCode({ url }, { KeyName: 'a' })).toBe('Success')
      const ballast = join(`/proc/${emulator.child.pid}/root${disk}`, 'ballast')
      writeFileSync(ballast, Buffer.alloc(3 * 2 ** 20))
      const accounts = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`account${n}`, { numbers: {} }]))
      const load = async () => (await control(url, 'PUT', '/state', JSON.stringify({ projects: [0], accounts }))).status
      expect(await load()).toBe(500)
      expect((await ready(url)).body).toStrictEqual({ ready: false, reason: 'database or disk is full' })
      expect((await control(url, 'GET', '/accounts')).body.total).toBe(1)

      rmSync(ballast)
      expect((await ready(url)).status).toBe(200)
      expect(await createCode({ url }, { KeyName: 'b' })).toBe('Success')
      // The rows of the first attempt have been deleted, and a smaller state finds their space
      for (let n = 0; n < 400; n++) await ready(url)
      const few = JSON.stringify({ accounts: Object.fromEntries(Object.entries(accounts).slice(0, 5000)) })
      expect((await control(url, 'PUT', '/state', few)).status).toBe(200)
      emulator.child.kill('SIGTERM')
      await emulator.ended
      const reasons = errorsOf(emulator.stderr()).map(({ err }) => err?.message)
      expect(new Set(reasons)).toStrictEqual(new Set(['database or disk is full']))
    },
  )

  testWith(tool)('a start ends with code 2 and says so', async () => {
    const data = join(temporaryFolder(), 'data')
    const killed = launch([...flags, '--data', data])
    const url = await killed.ready
    expect(await createCode({ url }, { KeyName: 'a' })).toBe('Success')
    killed.child.kill('SIGKILL')
    await killed.ended

    // The file of the process that was killed has a WAL, which must be read into shared memory
    const disk = temporaryFolder()
    const script = `cp -r '${data}' '${disk}' && (cat /dev/zero > '${disk}/ballast' 2>&1 || true)`
    const full = launch([...flags, '--data', join(disk, 'data')], { wrap: onDisk(disk, script) })
    expect(await full.ended).toStrictEqual({ code: 2, signal: null })
    expect(full.stderr()).toContain('The disk is full. Free some space, or choose another --data FOLDER.')
    expect(full.stderr()).not.toMatch(/\n\s+at /)

    // That of one that was stopped has none, and the first change needs space
    const stopped = launch([...flags, '--data', data])
    await stopped.ready
    stopped.child.kill('SIGTERM')
    await stopped.ended
    const wide = launch([...flags, '--data', join(disk, 'data'), '--name-scope', 'account'], {
      wrap: onDisk(disk, script),
    })
    expect(await wide.ended).toStrictEqual({ code: 2, signal: null })
    expect(wide.stderr()).toContain(
      'cvm-emulator.db: cannot be opened (database or disk is full). The disk is full. Free some space',
    )
    expect(wide.stderr()).not.toMatch(/\n\s+at /)
  })
})

test('a start after the folder has vanished creates it anew', async () => {
  const data = join(temporaryFolder(), 'data')
  const first = launch([...flags, '--data', data])
  const url = await first.ready
  expect(await createCode({ url })).toBe('Success')
  rmSync(data, { recursive: true })
  first.child.kill('SIGTERM')
  expect(await first.ended).toStrictEqual({ code: 0, signal: null })
  const again = await launch([...flags, '--data', data]).ready
  expect(await createCode({ url: again })).toBe('Success')
})
