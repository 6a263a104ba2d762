import type Database from 'better-sqlite3'

/** The name that stands for every account. No account has it. */
export const everyAccount = ''

const width = 6

/** What the column `account` begins with in the rows of a state. */
const prefixOf = (state: number) => `${state.toString(36).padStart(width, '0')}/`

/** The name of the account in a value of the column `account`. */
export const nameOf = (key: string): string => key.slice(width + 1)

/** The first and the last value that the column `account` can have in a state, the last one exclusive. */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

// In ASCII `0` follows `/`
const rangeOf = (state: number): KeyRange => ({ from: prefixOf(state), to: prefixOf(state).replace('/', '0') })

/** The range of the current state of a database that was only opened to be read; undefined before there were states. */
export function currentRange(db: Database.Database): KeyRange | undefined {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'states'").get() !== undefined
  return exists
    ? rangeOf((db.prepare('SELECT current FROM states').pluck() as Database.Statement<[], number>).get() ?? 0)
    : undefined
}

export type AccountKeys = ReturnType<typeof accountKeys>

/**
 * Creates the values of the column `account`: the number of a state and the name of the account. Only the current state is
 * seen. A document that is loaded fills another one, so that everything is replaced in one moment however much it is, and
 * what was there before is deleted little by little.
 */
export function accountKeys(db: Database.Database) {
  const select = db.prepare<[], { current: number; last: number }>('SELECT current, last FROM states')
  const setLast = db.prepare('UPDATE states SET last = ?')
  const setCurrent = db.prepare('UPDATE states SET current = ?')
  const filling = new Set<number>()
  let current = 0
  let prefix = ''
  /** Reads the number of the current state again, after a change or a rollback. */
  const reload = () => {
    current = select.get()?.current ?? 0
    prefix = prefixOf(current)
  }
  reload()
  const newState = () => {
    const next = (select.get()?.last ?? 0) + 1
    setLast.run(next)
    return next
  }
  return {
    of: (account: string) => prefix + account,
    range: () => rangeOf(current),
    reload,
    /** Makes an empty state the current one. */
    startAnew() {
      setCurrent.run(newState())
      reload()
    },
    /** Begins a state that nobody sees yet. */
    begin() {
      const state = newState()
      filling.add(state)
      return {
        of: (account: string) => prefixOf(state) + account,
        /** Makes it the current one, after the next `reload`. */
        show: () => void setCurrent.run(state),
        /** Either it is the current one now, or nobody needs it. */
        end: () => void filling.delete(state),
      }
    },
    /** The range of what must be kept: all rows before and after it can be deleted. */
    needed(): KeyRange {
      // As the database says, since a wrong answer would lose everything
      const shown = select.get()?.current ?? 0
      return {
        from: prefixOf(Math.min(shown, ...filling)),
        to: filling.size > 0 ? prefixOf(36 ** width - 1) : rangeOf(shown).to,
      }
    },
  }
}
