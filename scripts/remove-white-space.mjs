import { parseAst } from 'rolldown/parseAst'

/** Puts each statement on a line of its own. */
const breakLines = {
  name: 'break-lines',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = withLines(file.code)
    }
  },
}

/**
 * Options of rolldown's output that leave out white space. A file in one line would save little more, and Node prints
 * the line of an uncaught exception.
 */
export const withoutWhiteSpace = {
  minify: {
    compress: { sequences: false, joinVars: false, keepNames: { function: true, class: true } },
    mangle: false,
    codegen: true,
  },
  plugins: [breakLines],
}

function withLines(code) {
  const starts = statementStarts(parseAst(code)).sort((a, b) => a - b)
  const [first = 0] = starts
  const lines = starts.map((start, index) => code.slice(start, starts[index + 1]))
  // Only `#!` and its line come before the first statement
  return code.slice(0, first) + lines.join('\n')
}

/** A statement of a block, and a member of a class, may begin a line. */
function statementStarts(node) {
  if (Array.isArray(node)) return node.flatMap(statementStarts)
  if (typeof node !== 'object' || node === null) return []
  const own = Array.isArray(node.body) ? node.body.map(({ start }) => start) : []
  return [...own, ...Object.values(node).flatMap(statementStarts)]
}
