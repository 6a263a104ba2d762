import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { arch, platform } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { messageOf, OperatorError } from '../system/errors.ts'
import { describeMissingRights, shareWithGroup } from './file-rights.ts'
import { applicationId, migrate, schemaVersion, statementsOf } from './tables.ts'

/** The path of the database in a data folder. */
export const databaseFile = (folder: string) => join(folder, 'cvm-emulator.db')

/**
 * Opens a database of better-sqlite3. OperatorError when the package has no binary that this machine can load: there
 * is none for its platform, or the package manager did not install it.
 */
function openDatabase(file: string, options?: Database.Options): Database.Database {
  try {
    return new Database(file, options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_DLOPEN_FAILED') throw error
    const reason = messageOf(error).split('\n', 1)[0]
    throw new OperatorError(
      `better-sqlite3 has no binary that loads on ${platform()}-${arch()} (${reason}). Reinstall it with npm, or compile it with Python, make and a C++ compiler: npm explore better-sqlite3 -- npm run build-release`,
    )
  }
}

/** The statements that make the tables, once they were made by all the steps of `migrate`, which takes several times as long. */
let tableStatements: string | undefined

/** Opens an empty database in memory. */
export function openMemory(): Database.Database {
  const db = openDatabase(':memory:')
  if (tableStatements === undefined) migrate(db)
  else db.exec(tableStatements)
  tableStatements ??= statementsOf(db)
  return db
}

/**
 * Opens the database of a data folder, or creates it, and locks it for this process. OperatorError for a file that is
 * damaged, that belongs to another program or a newer version, or for which `inspect` throws; the file is not changed.
 */
export function openDatabaseFile(folder: string, inspect: (db: Database.Database) => void): Database.Database {
  const file = databaseFile(folder)
  try {
    createFolder(folder)
    const isNew = !existsSync(file)
    // Before SQLite, which would leave auxiliary files that the owner of the database may not write
    if (!isNew) accessSync(file, constants.R_OK | constants.W_OK)
    if (!isNew && statSync(file).size > 0) {
      assertOurFile(file)
      inspectReadOnly(file, inspect)
    }
    return openExclusive(file, isNew)
  } catch (error) {
    throw toOpenError(folder, error)
  }
}

/** Converts the failure to open the database of a folder to an OperatorError that says what to do. */
export function toOpenError(folder: string, error: unknown): OperatorError {
  if (error instanceof OperatorError) return error
  const file = databaseFile(folder)
  const { code = '' } = error as { code?: string }
  if (/^SQLITE_(BUSY|LOCKED$)/.test(code)) {
    return new OperatorError(
      `${file}: another cvm-emulator is using this folder. Stop it, or give each its own --data FOLDER.`,
    )
  }
  const advice = adviceFor(folder, code)
  return new OperatorError(`${file}: cannot be opened (${messageOf(error)}). ${advice} another --data FOLDER.`)
}

function adviceFor(folder: string, code: string): string {
  const mayLackRights = /^(EACCES|EPERM|SQLITE_(CANTOPEN|READONLY|PERM))/.test(code)
  const missing = mayLackRights ? describeMissingRights(databaseFile(folder)) : undefined
  if (missing !== undefined) return `${missing} Change the owner or the mode, or choose`
  // SQLite does not say why; it may also be the limit of open files
  if (code === 'SQLITE_CANTOPEN') return 'Check its permissions and `ulimit -n`, or choose'
  if (/^(EACCES|EPERM|EROFS|SQLITE_(READONLY|PERM))/.test(code)) return 'Check its permissions, or choose'
  return isDiskFull(folder, code) ? 'The disk is full. Free some space, or choose' : 'Choose'
}

/** SQLite reports a full disk as SQLITE_IOERR, too, when it is an auxiliary file that does not fit. */
function isDiskFull(folder: string, code: string): boolean {
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code)) return true
  return code.startsWith('SQLITE_IOERR') && existsSync(folder) && statfsSync(folder).bavail === 0
}

/**
 * Returns a function that throws when the file was removed, replaced or truncated since it was opened. SQLite itself
 * would go on with its cache and with a file that no other process can open, and every change would be lost.
 */
export function createFileCheck(db: Database.Database): () => void {
  if (db.memory) return () => {}
  const opened = statSync(db.name)
  let minSize = opened.size
  return () => {
    const found = statSync(db.name, { throwIfNoEntry: false })
    const fail = (what: string) => {
      throw new Error(`${basename(db.name)} was ${what} while the emulator was using it. Restart the emulator.`)
    }
    if (!found) return fail('removed')
    if (found.ino !== opened.ino || found.dev !== opened.dev) return fail('replaced')
    // SQLite shortens a file only in VACUUM, which we never run
    if (found.size < minSize) return fail('truncated')
    minSize = found.size
  }
}

/** `recursive` is not used: under /proc, where a parent exists but cannot have new folders, it never returns. */
function createFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = dirname(resolve(folder))
  if (parent !== resolve(folder)) createFolder(parent)
  mkdirSync(folder)
}

/** Reads the header without SQLite, which could change the file of another program by opening it. */
function assertOurFile(file: string): void {
  const header = Buffer.alloc(100)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, header, 0, header.length, 0)
  } finally {
    closeSync(descriptor)
  }
  const isDatabase = header.toString('latin1', 0, 16) === 'SQLite format 3\0'
  // The application id is at offset 68: https://www.sqlite.org/fileformat.html
  if (isDatabase && header.readUInt32BE(68) === applicationId) return
  const problem = isDatabase ? 'belongs to another program' : 'is not an SQLite database'
  throw new OperatorError(`${file}: ${problem}. It was not changed. Choose another --data FOLDER.`)
}

/** Inspects the contents of the file and its WAL through a connection that cannot write. */
function inspectReadOnly(file: string, inspect: (db: Database.Database) => void): void {
  const db = openDatabase(file, { readonly: true, timeout: 0 })
  try {
    const version = db.pragma('user_version', { simple: true }) as number
    if (version > schemaVersion) {
      throw new OperatorError(
        `${file}: was written by a newer cvm-emulator (format ${version}; this one reads up to ${schemaVersion}). Update cvm-emulator, or choose another --data FOLDER.`,
      )
    }
    const damage = db.pragma('quick_check(1)', { simple: true })
    if (damage !== 'ok') throw new Error(`damaged: ${damage}`)
    inspect(db)
  } finally {
    db.close()
  }
}

function openExclusive(file: string, isNew: boolean): Database.Database {
  const db = openDatabase(file, { timeout: 0 })
  try {
    // Before SQLite creates further files, which get the mode of this one
    if (isNew) shareWithGroup(file)
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE; COMMIT')
    migrate(db)
    db.pragma('journal_mode = WAL')
    // With NORMAL a killed process loses nothing: the operating system already has what was committed
    db.pragma('synchronous = NORMAL')
    // In KiB: the inner pages of all indexes of a million key pairs fit, and each call reads some of them
    db.pragma('cache_size = -32768')
    // No mmap_size: a page that is mapped when someone truncates the file ends the process with SIGBUS. Without it a
    // lookup takes 24 instead of 18 µs among a million key pairs, and as long as before among a thousand
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
