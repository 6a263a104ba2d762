import { readdirSync, readFileSync } from 'node:fs'
import { snippets } from '../clients/snippets.ts'

export const root = new URL('../../', import.meta.url)

export const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')

/** A fenced code block of a page. */
export interface Block {
  readonly page: string
  /** The line on which it begins. */
  readonly line: number
  /** What follows the fence: `sh`, `js`, or `json answer`. */
  readonly kind: string
  readonly text: string
}

/** The READMEs and every page of docs/. */
export const pages: readonly string[] = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** The fenced code blocks of a page, in their order. */
export function blocksOf(page: string): Block[] {
  const text = read(page)
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: kind = '', 2: block = '' }) => ({
    page,
    line: text.slice(0, index).split('\n').length,
    kind,
    text: block,
  }))
}

/** Blocks that no test runs, with the reason. */
const exceptions: ReadonlyMap<string, string> = new Map([
  [
    'npm ci && npm start\nnpm ci && npm test\n',
    'npm ci would replace the packages that the tests use; .ci/run runs both, and other blocks start the emulator',
  ],
  [
    'docker build -t cvm-emulator .\ndocker run --rm -p 127.0.0.1:8213:8213 cvm-emulator\n',
    'the tests have no Docker daemon',
  ],
  [
    `docker build -t cvm-emulator \\
  --build-arg HTTPS_PROXY=http://proxy.example.com:3128 \\
  --secret id=ca,src=company-ca.pem \\
  --secret id=npmrc,src=$HOME/.npmrc \\
  --build-arg NODE_IMAGE=registry.example.com/library/node:24-bookworm-slim .
`,
    'the tests have no Docker daemon',
  ],
])

/** Who runs a block: a test in this folder of `test/`, or a program there that has its lines. Undefined is a mistake. */
export function runnerOf({
  kind,
  text,
}: Block): 'docs' | 'package' | 'container' | 'examples' | 'clients' | 'exception' | undefined {
  if (exceptions.has(text)) return 'exception'
  if (['yaml github', 'yaml gitlab', 'yaml kubernetes'].includes(kind)) return 'container'
  if (kind.endsWith(' client') && snippets.some((snippet) => snippet.text === `\`\`\`${kind}\n${text}\`\`\``))
    return 'clients'
  if (kind === 'python' && text.includes('cvm_emulator import')) return 'examples'
  if (kind === 'js') return text.includes("from 'cvm-emulator") ? 'package' : 'docs'
  return ['sh', 'python', 'json answer', 'json rule', 'json starting-state'].includes(kind) ? 'docs' : undefined
}

/** The exceptions whose block is no longer on a page. */
export const staleExceptions = (blocks: readonly Block[]): string[] =>
  [...exceptions.keys()].filter((text) => !blocks.some((block) => block.text === text))
