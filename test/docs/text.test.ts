import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import lockFile from '../../package-lock.json' with { type: 'json' }
import { generated } from '../../scripts/generated.mjs'
import { pages, read, root } from '../support/pages.ts'

test.each(generated)('$file has the generated $name (npm run docs writes it)', ({ file, name, text, isWhole }) => {
  if (isWhole) expect(read(file)).toBe(text)
  else expect(read(file)).toContain(`<!-- ${name} -->\n\n${text}\n\n<!-- /${name} -->`)
})

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  const lines = read(file).split('\n')

  test('shows the two commands and the documented example on its first screen', () => {
    const screen = lines.slice(0, 40).join('\n')
    for (const line of ['npm ci && npm start', 'npm ci && npm test', 'curl ']) expect(screen).toContain(`\n${line}`)
  })

  test('has less than 210 lines', () => {
    expect(lines.length).toBeLessThan(210)
  })

  test('names every page of docs/', () => {
    const named = [...lines.join('\n').matchAll(/\]\((docs\/[^)#]+\.md)/g)].map(([, page]) => page)
    expect(new Set(named)).toStrictEqual(new Set(pages.filter((page) => page.startsWith('docs/'))))
  })
})

/** The anchors of a page: its headings as GitHub writes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

test.each([...pages, 'CONTRIBUTING.md'])('%s links to files and headings that exist', (page) => {
  const text = read(page)
  const broken = [...text.matchAll(/\]\(([^)]+)\)/g)].flatMap(([, link = '']) => {
    if (/^https?:/.test(link)) return []
    const target = new URL(link, new URL(page, root))
    const file = target.pathname.slice(root.pathname.length)
    if (!existsSync(new URL(file, root))) return [link]
    return target.hash === '' || anchorsOf(read(file)).includes(target.hash.slice(1)) ? [] : [link]
  })
  expect(broken).toStrictEqual([])
})

test('the lock file names no download addresses', () => {
  const addresses = Object.entries(lockFile.packages).filter(([, entry]) => 'resolved' in entry)
  expect(addresses).toStrictEqual([])
  expect(lockFile.version).toBe(manifest.version)
})

test('the changelog has an entry for this version', () => {
  expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`)
})

test('every runtime dependency has its reason in CONTRIBUTING', () => {
  const contributing = read('CONTRIBUTING.md')
  for (const name of Object.keys(manifest.dependencies)) expect(contributing).toContain(`| \`${name}\` |`)
})

test('docs/security.md names tests that exist', () => {
  const named = [...read('docs/security.md').matchAll(/`(test\/[\w./-]+)`/g)].map(([, file = '']) => file)
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((file) => !existsSync(new URL(file, root)))).toStrictEqual([])
})
