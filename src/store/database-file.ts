import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { messageOf, OperatorError } from '../system/errors.ts'
import { applicationId, migrate, schemaVersion } from './tables.ts'

/** The database of a data folder. */
export const databaseFile = (folder: string) => join(folder, 'cvm-emulator.db')

/**
 * Opens a database of better-sqlite3. OperatorError with the cure when the package has no binary that this machine can
 * load: its platform has none, or the package manager left it out.
 */
function openDatabase(file: string, options?: Database.Options): Database.Database {
  try {
    return new Database(file, options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_DLOPEN_FAILED') throw error
    const reason = messageOf(error).split('\n', 1)[0]
    throw new OperatorError(
      `better-sqlite3 has no binary that loads on ${platform()}-${arch()} (${reason}). Install it again with npm, or compile it with Python, make and a C++ compiler: npm explore better-sqlite3 -- npm run build-release`,
    )
  }
}

/** An empty database in memory; gone when closed. */
export function openMemory(): Database.Database {
  const db = openDatabase(':memory:')
  migrate(db)
  return db
}

/**
 * The database of a data folder, made if need be, held by this process alone until it is closed. A file that is
 * damaged, of another program or of a newer version, or that `inspect` refuses, is an OperatorError and stays as it is.
 */
export function openDatabaseFile(folder: string, inspect: (db: Database.Database) => void): Database.Database {
  const file = databaseFile(folder)
  const refuse: Refuse = (problem, advice) => new OperatorError(`${file}: ${problem} ${advice}`)
  try {
    makeFolder(folder)
    if (existsSync(file) && statSync(file).size > 0) {
      assertOurFile(file, refuse)
      look(file, refuse, inspect)
    }
    return openExclusive(file)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    if (isBusy(error)) {
      throw refuse('another cvm-emulator is using this folder.', 'Stop it, or give each its own --data FOLDER.')
    }
    const advice = isForbidden(error) ? 'Check its permissions, or choose' : 'Choose'
    throw refuse(`cannot be opened (${messageOf(error)}).`, `${advice} another --data FOLDER.`)
  }
}

/** Not `recursive`: that never returns where a parent exists and yet takes no folders, as under /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(resolve(folder))
  if (parent !== resolve(folder)) makeFolder(parent)
  mkdirSync(folder)
}

type Refuse = (problem: string, advice: string) => OperatorError

/** Reads the header by itself: to let SQLite open a stranger's file would already be to change it. */
function assertOurFile(file: string, refuse: Refuse): void {
  const header = Buffer.alloc(100)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, header, 0, header.length, 0)
  } finally {
    closeSync(descriptor)
  }
  const elsewhere = 'It was left as it is; choose another --data FOLDER.'
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw refuse('is not an SQLite database.', elsewhere)
  // https://www.sqlite.org/fileformat.html: the application id is at 68
  if (header.readUInt32BE(68) !== applicationId) throw refuse('belongs to another program.', elsewhere)
}

/** Looks, without the right to write, at what the file and its WAL hold together. */
function look(file: string, refuse: Refuse, inspect: (db: Database.Database) => void): void {
  const db = openDatabase(file, { readonly: true, timeout: 0 })
  try {
    const version = db.pragma('user_version', { simple: true }) as number
    if (version > schemaVersion) {
      throw refuse(
        `was written by a newer cvm-emulator (format ${version}; this one reads up to ${schemaVersion}).`,
        'Update cvm-emulator, or choose another --data FOLDER.',
      )
    }
    const damage = db.pragma('quick_check(1)', { simple: true })
    if (damage !== 'ok') throw new Error(`damaged: ${damage}`)
    inspect(db)
  } finally {
    db.close()
  }
}

function openExclusive(file: string): Database.Database {
  const db = openDatabase(file, { timeout: 0 })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE; COMMIT')
    migrate(db)
    db.pragma('journal_mode = WAL')
    // A killed process loses nothing with NORMAL: what was committed is with the operating system.
    db.pragma('synchronous = NORMAL')
    // In KiB: room for the inner pages of all indexes of a million key pairs, of which each call needs some
    db.pragma('cache_size = -32768')
    // In bytes: pages are read where the operating system has them, without a call for each
    db.pragma(`mmap_size = ${2 ** 30}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const isForbidden = (error: unknown) =>
  /^(EACCES|EPERM|EROFS|SQLITE_(CANTOPEN|READONLY|PERM))/.test((error as { code?: string }).code ?? '')

const isBusy = (error: unknown) =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED')
