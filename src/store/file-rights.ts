import { accessSync, chmodSync, chownSync, constants, existsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'

const { R_OK, W_OK, X_OK } = constants

/**
 * Gives a new file the group of its folder, and as many rights for it and for others as the folder gives, but others may
 * not write. SQLite creates its auxiliary files with the mode of the database. Then another user of that group can open the
 * database later, whatever the umask. Where this is not possible the file stays as the system created it.
 */
export function shareWithGroup(file: string): void {
  const folder = statSync(dirname(file))
  const created = statSync(file)
  const rights = (created.mode & (folder.mode | 0o600) & 0o604) | (folder.mode & 0o060)
  try {
    if (created.gid !== folder.gid) chownSync(file, created.uid, folder.gid)
    chmodSync(file, rights)
  } catch {
    // Not a member of the group, or a file system without owners
  }
}

/**
 * Describes owner and mode of what this process may not read and write: the folder, or the nearest one above that it finds,
 * the database and its auxiliary files. Undefined when rights are not the problem.
 */
export function describeMissingRights(file: string): string | undefined {
  const uid = ownUid()
  if (uid === undefined) return undefined
  const folder = nearestFolder(dirname(resolve(file)))
  const missing = [
    describe('folder', folder, R_OK | W_OK | X_OK),
    ...['', '-wal', '-shm', '-journal'].map((suffix) => describe('file', file + suffix, R_OK | W_OK)),
  ].filter((text) => text !== undefined)
  return missing.length === 0 ? undefined : `${missing.join(' ')} This process runs as uid ${uid}.`
}

/** Returns undefined when this process has the needed rights, or cannot even see what is there. */
function describe(kind: string, path: string, needed: number): string | undefined {
  if (!existsSync(path) || !isRefused(path, needed)) return undefined
  const { uid, gid, mode } = statSync(path)
  const shown = (mode & 0o7777).toString(8).padStart(4, '0')
  return `The ${kind} ${path} belongs to uid ${uid} and gid ${gid} and has the mode ${shown}.`
}

function isRefused(path: string, needed: number): boolean {
  try {
    accessSync(path, needed)
    return false
  } catch (error) {
    return ['EACCES', 'EPERM'].includes(`${(error as NodeJS.ErrnoException).code}`)
  }
}

const nearestFolder = (folder: string): string =>
  existsSync(folder) || folder === dirname(folder) ? folder : nearestFolder(dirname(folder))

/** The effective uid of this process; undefined on Windows, which has none. */
function ownUid(): number | undefined {
  try {
    const { uid } = userInfo()
    return uid < 0 ? undefined : uid
  } catch {
    // The uid has no user name, as in many containers
    return statSync('/proc/self', { throwIfNoEntry: false })?.uid
  }
}
