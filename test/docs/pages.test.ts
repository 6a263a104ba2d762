import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { type Block, blocksOf, pages, read, root, runnerOf, staleExceptions } from '../support/pages.ts'
import { launch } from '../support/process.ts'
import { runAsync, testWith } from '../support/tools.ts'

const allBlocks = pages.flatMap(blocksOf)
/** The Chinese README has the same blocks as the English one. */
const ownBlocks = (page: string) => (page === 'README.zh-CN.md' ? [] : blocksOf(page))
const placeOf = ({ page, line }: Block) => `${page}:${line}`

test('every code block is run by a test or is a known exception', () => {
  expect(allBlocks.filter((block) => runnerOf(block) === undefined).map(placeOf)).toStrictEqual([])
  expect(staleExceptions(allBlocks)).toStrictEqual([])
})

test.each(pages)('%s has no other fences than those that are read', (page) => {
  const fences = [...read(page).matchAll(/^\s*(```|~~~)/gm)]
  expect(fences.length).toBe(2 * blocksOf(page).length)
})

test('both READMEs show the same code blocks', () => {
  const shown = (page: string) => blocksOf(page).map(({ kind, text }) => ({ kind, text }))
  expect(shown('README.zh-CN.md')).toStrictEqual(shown('README.md'))
})

/** Values that differ from one run to the next. */
const changing =
  /^(boot|RequestId|requestId|KeyId|Fingerprint|PublicKey|PrivateKey|time|createdTime|CreatedTime|CreateTime|sequence|durationMs|client)$/

/** A JSON document with the types of changing values in their place. */
const stable = (text: string): unknown =>
  JSON.parse(text, (name, value) => (changing.test(name) && typeof value !== 'object' ? typeof value : value))

/** What a command printed as JSON on one line. */
const jsonIn = (output: string): string => /\{".*\}/.exec(output)?.[0] ?? `no JSON in ${output}`

/** The arguments of `npm start -- …`; undefined for another command. */
const startArguments = (text: string) => /^npm start -- (.*)\n$/.exec(text)?.[1]?.split(' ')

describe.each(pages.filter((page) => ownBlocks(page).some((block) => runnerOf(block) === 'docs')))('%s', (page) => {
  testWith(
    'ssh',
    'curl',
    'python3',
    'ssh-keygen',
  )('does in its code blocks what it says', async () => {
    const emulator = await start({ keyBits: 2048, ...startedWith(page) })
    const folder = workingFolder()
    const blocks = ownBlocks(page).filter((block) => runnerOf(block) === 'docs')
    let command: Block | undefined
    let output: string | undefined
    /** With the starting state that the block before has. */
    let prepared: Emulator | undefined
    for (const [index, block] of blocks.entries()) {
      const place = placeOf(block)
      switch (block.kind) {
        case 'json answer':
          if (!command) throw new Error(`${place} answers no command`)
          // A second answer is that of the same command, run again
          output ??= await runHere(command, emulator, folder)
          expect(stable(jsonIn(output)), place).toStrictEqual(stable(block.text))
          output = undefined
          break
        case 'json rule': {
          const answer = await fetch(`${emulator.url}/_emulator/faults`, { method: 'POST', body: block.text })
          const { fault } = (await answer.json()) as { fault: { id: string } }
          expect(fault, place).toMatchObject(JSON.parse(block.text))
          await emulator.faults.remove(fault.id)
          break
        }
        case 'json starting-state':
          prepared = await start({ fixtures: block.text, auth: 'strict', keyBits: 2048 })
          break
        default:
          command = block
          output = await runHere(block, (block.kind === 'js' && prepared) || emulator, folder)
          prepared = undefined
          if (blocks[index + 1]?.kind !== 'json answer') expect(output, place).not.toMatch(/"(Error|error)":/)
      }
    }
  })
})

/** The page about logins goes on with the emulator that its first command starts. */
const startedWith = (page: string) =>
  page === 'docs/login.md' ? { sshPort: 0, fixtures: fileURLToPath(new URL('fixtures/example.json', root)) } : {}

/** A folder as the checkout, in which a command may write. */
function workingFolder(): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'fixtures'))
  copyFileSync(new URL('fixtures/example.json', root), join(folder, 'fixtures/example.json'))
  symlinkSync(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'))
  return folder
}

/** Runs a command or a program against this emulator; its output. */
async function runHere(block: Block, { port, ssh }: Emulator, folder: string): Promise<string> {
  const started = startArguments(block.text)
  if (started) {
    const { child, ready, ended } = launch([
      ...started,
      '--port',
      '0',
      ...(started.includes('--ssh-port') ? ['--ssh-port', '0'] : []),
    ])
    const url = await ready
    child.kill('SIGTERM')
    expect(await ended, placeOf(block)).toStrictEqual({ code: 0, signal: null })
    return url
  }
  const text = block.text
    .replaceAll('127.0.0.1:8213', `127.0.0.1:${port}`)
    .replaceAll('-p 2222', `-p ${ssh?.port}`)
    .replaceAll('npx cvm-emulator', `'${process.execPath}' '${fileURLToPath(new URL('src/main.ts', root))}'`)
  const [program, ...args] = {
    js: [process.execPath, '--input-type=module', '-e', text],
    python: ['python3', '-c', text],
    sh: ['sh', '-ec', text],
  }[block.kind] ?? ['false']
  const { status, output } = await runAsync(program ?? '', args, folder)
  expect(status, `${placeOf(block)}\n${output}`).toBe(0)
  return output
}
