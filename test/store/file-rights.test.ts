import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../support/emulator.ts'
import { run, testWith } from '../support/tools.ts'

const script = fileURLToPath(new URL('../support/open-data.mjs', import.meta.url))
const isRoot = process.getuid?.() === 0

const asRoot = (command: string, ...args: string[]) =>
  isRoot ? run(command, args) : run('sudo', ['-n', command, ...args])

/** Opens the folder in a process of its own. `user` is a uid and a gid; by default, who runs the test. */
function open(folder: string, { umask = '022', how = 'close', user = [] as readonly number[] } = {}) {
  const start = user.length > 0 ? asRoot : (command: string, ...args: string[]) => run(command, args)
  const { output } = start(process.execPath, script, folder, umask, how, ...user.map(String))
  return JSON.parse(output) as { count?: number; modes?: Record<string, string>; error?: string }
}

/** A folder that other users can reach. */
function reachableFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  return join(folder, 'data')
}

describe('a new database and its WAL have', () => {
  test.each([
    ['2770', '022', '660'],
    ['2770', '077', '660'],
    ['755', '022', '644'],
    ['777', '000', '664'],
    ['700', '022', '600'],
  ])('in a folder of mode %s, with umask %s, the mode %s', (folderMode, umask, mode) => {
    const folder = join(temporaryFolder(), 'data')
    mkdirSync(folder)
    chmodSync(folder, Number.parseInt(folderMode, 8))
    expect(open(folder, { umask })).toStrictEqual({
      count: 1,
      modes: { 'cvm-emulator.db': mode, 'cvm-emulator.db-wal': mode },
    })
  })

  test('the mode of an existing database is not changed', () => {
    const folder = join(temporaryFolder(), 'data')
    expect(open(folder).count).toBe(1)
    chmodSync(join(folder, 'cvm-emulator.db'), 0o600)
    expect(open(folder).modes).toMatchObject({ 'cvm-emulator.db': '600', 'cvm-emulator.db-wal': '600' })
  })
})

// Only root can become other users
const testAsRoot = testWith('[ "$(id -u)" -eq 0 ] || sudo -n true')

/** A folder of root and the group 4242. */
function folderOfGroup(mode: string): string {
  const folder = reachableFolder()
  asRoot('mkdir', folder)
  onTestFinished(() => void asRoot('rm', '-r', folder))
  asRoot('chown', '0:4242', folder)
  asRoot('chmod', mode, folder)
  return folder
}

testAsRoot('a user of the group of the folder opens what another one has left, also after a kill, and goes on', () => {
  const folder = folderOfGroup('2770')
  const count = (uid: number, how: string) => open(folder, { how, umask: '077', user: [uid, 4242] }).count
  expect([count(1001, 'die'), count(1002, 'die'), count(1001, 'close'), count(1002, 'close')]).toStrictEqual([
    1, 2, 3, 4,
  ])
  const { error } = open(folder, { user: [1003, 1003] })
  expect(error).toContain(
    `The folder ${folder} belongs to uid 0 and gid 4242 and has the mode 2770. This process runs as uid 1003.`,
  )
})

testAsRoot('a database of a user outside the group of the folder keeps the mode of the umask', () => {
  const { modes } = open(folderOfGroup('777'), { user: [1003, 1003], umask: '027' })
  expect(modes).toStrictEqual({ 'cvm-emulator.db': '640', 'cvm-emulator.db-wal': '640' })
})

describe('an error for lack of rights names owner, mode and the uid of the process:', () => {
  /** Root may do everything, so it takes another user. */
  const other = isRoot ? [65534, 65534] : []
  const runsAs = `This process runs as uid ${isRoot ? 65534 : process.getuid?.()}. Change the owner or the mode, or choose another --data FOLDER.`
  const owner = (path: string, kind: string) =>
    `The ${kind} ${path} belongs to uid ${statSync(path).uid} and gid ${statSync(path).gid} and has the mode`

  test.each([
    ['that may not be read', 0o000, '0000'],
    ['that may not be written', 0o444, '0444'],
  ])('a database %s', (_what, mode, shown) => {
    const folder = reachableFolder()
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    expect(open(folder).count).toBe(1)
    const file = join(folder, 'cvm-emulator.db')
    const left = readdirSync(folder)
    chmodSync(file, mode)
    expect(open(folder, { user: other }).error).toBe(
      `${file}: cannot be opened (EACCES: permission denied, access '${file}'). ${owner(file, 'file')} ${shown}. ${runsAs}`,
    )
    expect(readdirSync(folder)).toStrictEqual(left)
  })

  test('a WAL that another process has left', () => {
    const folder = reachableFolder()
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    expect(open(folder, { how: 'die' }).count).toBe(1)
    const file = join(folder, 'cvm-emulator.db')
    chmodSync(file, 0o666)
    chmodSync(`${file}-wal`, 0)
    expect(open(folder, { user: other }).error).toContain(`${owner(`${file}-wal`, 'file')} 0000. ${runsAs}`)
  })

  test.each([
    ['the folder itself', ''],
    ['the folder above', '/a/b'],
  ])('%s', (_what, below) => {
    const folder = reachableFolder()
    mkdirSync(folder)
    chmodSync(folder, 0o555)
    expect(open(folder + below, { user: other }).error).toContain(`${owner(folder, 'folder')} 0555. ${runsAs}`)
  })

  test('without a lack of rights the error names none', () => {
    const folder = join(temporaryFolder(), 'data')
    mkdirSync(folder)
    writeFileSync(join(folder, 'file'), '')
    const { error } = open(join(folder, 'file', 'data'))
    expect(error).toContain('cannot be opened (')
    expect(error).not.toContain('belongs to')
  })
})
