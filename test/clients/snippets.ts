import { readFileSync } from 'node:fs'

interface Source {
  readonly client: string
  /** The language after the fence of a code block. */
  readonly language: string
  readonly file: string
}

const sources: readonly Source[] = [
  { client: 'tencentcloud-sdk-nodejs-cvm', language: 'js', file: 'node/tencentcloud-sdk-nodejs-cvm.mjs' },
  { client: 'tencentcloud-sdk-nodejs-intl-en', language: 'js', file: 'node/tencentcloud-sdk-nodejs-intl-en.mjs' },
  { client: 'tencentcloud-sdk-python', language: 'python', file: 'python/tencentcloud_sdk.py' },
  { client: 'qcloudapi-sdk-python', language: 'python', file: 'python/qcloudapi_sdk.py' },
  { client: 'tencentcloud-sdk-go', language: 'go', file: 'go/main.go' },
  { client: 'tencentcloud-sdk-java', language: 'java', file: 'java/src/main/java/Main.java' },
]

/** A code block of docs/clients.md. */
export interface Snippet {
  /** The client and its way to the emulator. */
  readonly name: string
  readonly text: string
}

/** The code in a block, without its fences. */
export const codeOf = ({ text }: Snippet): string => text.split('\n').slice(1, -1).join('\n')

/**
 * The code blocks that docs/clients.md takes from the programs. A block is every part of a program between
 * `snippet WAY WAY; OLD => NEW` and `end`, with its values replaced by those of a reader.
 */
export const snippets: readonly Snippet[] = sources.flatMap(({ client, language, file }) => {
  const parts = partsOf(readFileSync(new URL(file, import.meta.url), 'utf8'))
  return [...new Set(parts.flatMap(({ ways }) => ways))].map((way) => {
    const lines = parts.filter(({ ways }) => ways.includes(way)).flatMap((part) => part.lines)
    return { name: `${client} ${way}`, text: `\`\`\`${language} client\n${lines.join('\n')}\n\`\`\`` }
  })
})

function partsOf(program: string): { ways: string[]; lines: string[] }[] {
  const marked = /^([ \t]*)(?:#|\/\/) snippet ([a-z ]+)(?:; (.*))?\n([\s\S]*?)^[ \t]*(?:#|\/\/) end$/gm
  return [...program.matchAll(marked)].map(([, indent = '', ways = '', changes = '', text = '']) => {
    const lines = text.trimEnd().split('\n')
    const closing = text.endsWith('\n\n') ? [''] : []
    const inner = [...lines, ...closing].map((line) => line.slice(indent.length))
    return { ways: ways.split(' '), lines: inner.map((line) => replaceAll(line, changes)) }
  })
}

/** Makes the changes `OLD => NEW`, which are separated by `; `. */
function replaceAll(line: string, changes: string): string {
  const pairs = changes.split('; ').map((change) => change.split(/ => ?/))
  return pairs.reduce((text, [old = '', value = '']) => (old ? text.replaceAll(old, value) : text), line)
}
