import { globSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')
const page = read('docs/behaviour.md')

/** The anchor that GitHub gives to a heading. */
const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
const rules = page
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const [heading = '', ...lines] = text.split('\n')
    return { heading, text: lines.join('\n').split(/^##? |^\[[^\]]+\]: /m, 1)[0] ?? '' }
  })

const places = ['src/**/*.*', 'test/**/*.*', 'docs/**/*.*', 'scripts/**/*.*', 'README*.md', 'CONTRIBUTING.md']
const citing = globSync(places, { cwd: root.pathname }).filter((file) => !file.startsWith('test/data/'))

describe('links to rules', () => {
  const links = citing.flatMap((file) =>
    [...read(file).matchAll(/docs\/behaviour\.md#([\p{L}\p{N}_-]+)/gu)].map(([, anchor = '']) => ({ file, anchor })),
  )
  const anchors = new Set(headings.map(slugOf))

  test('are found', () => {
    expect(links.length).toBeGreaterThan(70)
  })

  test('lead to a heading', () => {
    expect(links.filter(({ anchor }) => !anchors.has(anchor))).toStrictEqual([])
  })
})

describe('the page of rules', () => {
  test('has a heading of its own for each rule', () => {
    const slugs = headings.map(slugOf)
    expect(slugs.filter((slug, index) => slugs.indexOf(slug) < index)).toStrictEqual([])
  })

  test('names one ground for each rule', () => {
    expect(rules.length).toBeGreaterThan(50)
    const grounds = (text: string) => text.match(/^\*\*(Documented|Observed|Decided)\.\*\* \S/gm) ?? []
    expect(rules.filter(({ text }) => grounds(text).length !== 1).map(({ heading }) => heading)).toStrictEqual([])
  })

  test('links to a page wherever a rule is documented', () => {
    const documented = rules.filter(({ text }) => text.includes('**Documented.**'))
    expect(documented.filter(({ text }) => !/\]\s?\[[\w-]+\]/.test(text)).map(({ heading }) => heading)).toStrictEqual(
      [],
    )
  })

  test('defines the links that it uses, and no others', () => {
    const used = [...page.matchAll(/\]\s?\[([\w-]+)\]/g)].map(([, name]) => name)
    const defined = [...page.matchAll(/^\[([\w-]+)\]: https:\/\/\S+$/gm)].map(([, name]) => name)
    expect([...new Set(used)].sort()).toStrictEqual(defined.sort())
  })

  test('names captures that are there', () => {
    const captures = readdirSync(new URL('test/data/captures/', root))
    const named = [...page.matchAll(/`…?([\w.-]*__[\w.-]+)`|`…([\w-]+)…?`/g)].map(
      ([, full, part]) => full ?? part ?? '',
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !captures.some((file) => file.includes(name)))).toStrictEqual([])
  })
})

test('no file cites a document that is not in this repository', () => {
  // Put together here, so that this file does not cite them either
  const absent = [
    ['spec', ''].join('/'),
    ['design', 'md'].join('.'),
    ['open', 'questions'].join('-'),
    ['v3', 'differences'].join('-'),
  ]
  const citations = citing.flatMap((file) =>
    absent.filter((name) => read(file).includes(name)).map((name) => `${file}: ${name}`),
  )
  expect(citations).toStrictEqual([])
})
