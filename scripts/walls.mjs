// lint/walls.json says what each room may import. This makes the linter's rule and CONTRIBUTING's table from it.
import { readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'

export const walls = JSON.parse(readFileSync(new URL('../lint/walls.json', import.meta.url), 'utf8'))

const isFile = (room) => room.endsWith('.ts')
const escapeDots = (text) => text.replaceAll('.', '\\.')

/** The text in quotes that an import of this room has, as seen from `folder`. */
function importPattern(room, folder) {
  const path = posix.relative(folder, room)
  const from = path.startsWith('.') ? path : `./${path}`
  return isFile(room) ? escapeDots(from) : `${escapeDots(from)}/[^/]+`
}

function clause([room, { rooms, packages }]) {
  const folder = isFile(room) ? '' : room
  const allowed = [...(isFile(room) ? [] : ['\\./[^/]+']), ...rooms.map((other) => importPattern(other, folder))]
  const file = isFile(room) ? escapeDots(room) : `${room}/[^/]+`
  return `    and {
      $filename <: r".*/src/${file}",
      not $source <: r".*['\\"\`](?:${[...allowed, ...packages.map((name) => `${escapeDots(name)}(?:/.*)?`)].join('|')})['\\"\`].*",
      $message = "${room} may not import this: lint/walls.json lists what it may."
    }`
}

/** The rule of the linter: default closed, so that a file in a room that is not listed may import nothing. */
export const wallsRule = () => `// Made from lint/walls.json by \`npm run docs\`
language js

or {
  JsModuleSource() as $source,
  \`import($source)\`,
  TsImportType(arguments=$source),
  \`require($source)\`
} where {
  $filename <: r".*/src/.*",
  or {
${Object.entries(walls).map(clause).join(',\n')},
    and {
      not $filename <: r".*/src/(?:${Object.keys(walls)
        .map((room) => (isFile(room) ? escapeDots(room) : `${room}/[^/]+`))
        .join('|')})",
      $message = "This room is not listed in lint/walls.json."
    }
  },
  register_diagnostic(span=$source, message=$message)
}
`

/** The same as a table for CONTRIBUTING. */
export function wallsTable() {
  const name = (room) => `\`${isFile(room) ? room : `${room}/`}\``
  const rows = Object.entries(walls).map(
    ([room, { holds, rooms, packages }]) =>
      `| ${name(room)} | ${holds} | ${rooms.map(name).join(', ') || 'nothing'} | ${packages.map((one) => `\`${one}\``).join(', ')} |`,
  )
  return ['| Room | Holds | May import | Packages |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

if (import.meta.main) {
  writeFileSync(new URL('../lint/walls.grit', import.meta.url), wallsRule())
  const file = new URL('../CONTRIBUTING.md', import.meta.url)
  const text = readFileSync(file, 'utf8')
  const begin = text.indexOf('<!-- walls -->\n')
  const end = text.indexOf('<!-- /walls -->')
  writeFileSync(file, `${text.slice(0, begin)}<!-- walls -->\n\n${wallsTable()}\n\n${text.slice(end)}`)
}
