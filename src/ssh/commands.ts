import type { Machine } from './login.ts'

/** What a command writes and its exit code. */
export interface Result {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

type Command = (args: readonly string[], machine: Machine) => Partial<Result>

/** In characters. */
const maxOutput = 65_536
const maxShown = 256

/** The commands that an instance has (docs/behaviour.md#what-is-inside-an-instance). Nothing runs on the host. */
const commands: Readonly<Record<string, Command>> = {
  true: () => ({}),
  false: () => ({ code: 1 }),
  exit: ([status = '0']) =>
    /^-?\d{1,9}$/.test(status)
      ? { code: ((Number(status) % 256) + 256) % 256 }
      : { stderr: `bash: exit: ${shorten(status)}: numeric argument required\n`, code: 2 },
  echo: ([first, ...rest]) =>
    first === '-n' ? { stdout: rest.join(' ') } : { stdout: `${[first ?? '', ...rest].join(' ')}\n` },
  whoami: (_args, { user }) => ({ stdout: `${user}\n` }),
  hostname: (_args, { hostName }) => ({ stdout: `${hostName}\n` }),
  cat(paths, machine) {
    const contents = paths.map((path) => read(path, machine))
    const missing = paths.filter((_path, index) => contents[index] === undefined)
    return {
      stdout: contents.join(''),
      stderr: missing.map((path) => `cat: ${shorten(path)}: No such file or directory\n`).join(''),
      code: missing.length > 0 ? 1 : 0,
    }
  },
}

export const commandNames = Object.keys(commands)

/** Runs a command line. */
export function runCommand(line: string, machine: Machine): Result {
  const words = splitWords(line)
  const [name, ...args] = words ?? [line.trim()]
  const done = { stdout: '', stderr: '', code: 0 }
  if (name === undefined) return done
  const command = words && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return { ...done, stderr: `bash: ${shorten(name)}: command not found\n`, code: 127 }
  const { stdout = '', stderr = '', code = 0 } = command(args, machine)
  return { stdout: stdout.slice(0, maxOutput), stderr: stderr.slice(0, maxOutput), code }
}

function read(path: string, { hostName, user, authorizedKeys }: Machine): string | undefined {
  if (path === '/etc/hostname') return `${hostName}\n`
  const home = user === 'root' ? '/root' : `/home/${user}`
  const inHome = ['~/', '', `${home}/`].map((folder) => `${folder}.ssh/authorized_keys`)
  return inHome.includes(path)
    ? authorizedKeys()
        .map((line) => `${line}\n`)
        .join('')
    : undefined
}

/** Splits a line as a shell does; undefined when it has more than words, such as a pipe, a variable or an open quote. */
function splitWords(line: string): string[] | undefined {
  const words: string[] = []
  const pattern = /\s+|((?:[^\s'"\\$`|&;<>()*?[\]{}#!]|\\.|'[^']*'|"(?:[^"\\$`]|\\.)*")+)/gsy
  while (pattern.lastIndex < line.length) {
    const match = pattern.exec(line)
    if (!match) return undefined
    if (match[1] !== undefined) words.push(unquote(match[1]))
  }
  return words
}

const unquote = (word: string) =>
  word.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_all, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  )

const shorten = (text: string) => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text)
