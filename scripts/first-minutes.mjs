// Measures a newcomer's first minutes: from an empty folder to the README's tests, with only what the README says. Prints the
// seconds of each step. npm's cache is empty, too. Run it as `npm exec -- node scripts/first-minutes.mjs`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const home = mkdtempSync(join(tmpdir(), 'first-minutes-'))
const checkout = join(home, 'cvm-emulator')
const project = join(home, 'project')
const env = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  NO_COLOR: '1',
  npm_config_cache: join(home, 'npm-cache'),
  // Any free port, because the usual one may be in use
  CVM_EMULATOR_PORT: '0',
}

/** Returns a text of the README, so that no step needs what the README does not say. */
function said(text) {
  if (!readme.includes(text)) throw new Error(`The README does not say: ${text}`)
  return text
}

const block = (kind, part) =>
  [...readme.matchAll(/^```(\S+)\n([\s\S]*?)^```$/gm)].find(
    ([, found, text]) => found === kind && text.includes(part),
  )[2]

function start(command, cwd) {
  // A process group of its own, so that a signal reaches what npm has started
  const child = spawn('sh', ['-ec', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const run = { child, output: '', closed: once(child, 'close') }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (run.output += text))
  return run
}

async function sh(command, cwd, expected) {
  const run = start(command, cwd)
  const [status] = await run.closed
  if (status !== 0 || !run.output.includes(expected)) throw new Error(`${command}: ${status}\n${run.output}`)
}

async function waitUntilReady(run) {
  for (;;) {
    const url = /^cvm-emulator ready on (\S+)$/m.exec(run.output)?.[1]
    if (url) return url
    const ended = await Promise.race([once(run.child.stdout, 'data').then(() => false), run.closed.then(() => true)])
    if (ended) throw new Error(`npm start ended:\n${run.output}`)
  }
}

let total = 0
const print = (seconds, name) => process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${name}\n`)
async function step(name, body) {
  const begun = performance.now()
  const result = await body()
  const seconds = (performance.now() - begun) / 1000
  total += seconds
  print(seconds, name)
  return result
}

let emulator
try {
  await step('git clone', () => sh(`git clone -q '${root}' '${checkout}'`, home, ''))
  await step('npm ci', () => sh(said('npm ci &&').replace(' &&', ''), checkout, ''))
  const url = await step('npm start, until it is ready', () => {
    emulator = start(said('npm start'), checkout)
    return waitUntilReady(emulator)
  })
  const here = (text) => text.replaceAll('http://127.0.0.1:8213', url)
  await step('first request', () => sh(here(block('sh', 'KeyName=Tencent')), home, '"KeyId":"skey-'))
  await step('a key that OpenSSH accepts', () => sh(here(block('sh', 'ssh-keygen')), home, 'ssh-rsa '))
  await step('forced error', () => sh(here(block('sh', 'X-Emulator-Error')), home, 'InternalServerError'))
  mkdirSync(project)
  await step('npm install of the package', () =>
    sh(said('npm install --save-dev "$(npm pack --silent PATH/cvm-emulator)"').replace('PATH', home), project, ''),
  )
  await step('first test in Node: reset, account, error, delay, journal', () => {
    writeFileSync(join(project, said('key-pairs.test.mjs')), block('js', 'startEmulator'))
    return sh(said('node --test'), project, 'pass 1')
  })
  await step('the same in Python', () => {
    copyFileSync(
      join(project, said('node_modules/cvm-emulator/examples/python/cvm_emulator.py')),
      join(project, 'cvm_emulator.py'),
    )
    writeFileSync(join(project, said('test_key_pairs.py')), block('python', 'cvm_emulator'))
    return sh(said('npx cvm-emulator exec -- python3 -m unittest'), project, 'Ran 1 test')
  })
  print(total, 'in all')
} finally {
  if (emulator) {
    process.kill(-emulator.child.pid, 'SIGTERM')
    await emulator.closed
  }
  rmSync(home, { recursive: true })
}
