import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { after, beforeEach, test } from 'node:test'
import { startEmulator } from 'cvm-emulator'
import { chromium } from 'playwright-core'

const emulator = await startEmulator({ port: 0 })
after(() => emulator.close())

// Serves the page. Its port makes it another origin than the emulator's
const types = { '/index.html': 'text/html', '/page.js': 'text/javascript' }
const server = createServer(async ({ url }, answer) => {
  const { pathname } = new URL(url, 'http://localhost')
  if (!types[pathname]) return answer.writeHead(404).end()
  answer.setHeader('content-type', types[pathname]).end(await readFile(new URL(`.${pathname}`, import.meta.url)))
})
await once(server.listen(0, '127.0.0.1'), 'listening')
after(() => server.close())

const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const browser = await chromium.launch({
  // Without a Chromium of the system it is the one of `npx playwright-core install chromium`
  executablePath: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync),
  chromiumSandbox: process.getuid?.() !== 0,
  args: [...args, '--disable-component-update', '--disable-sync'],
})
after(() => browser.close())
const page = await browser.newPage()

beforeEach(async () => {
  await emulator.reset()
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html?emulator=${emulator.url}`)
})

/** Clicks a button; the answer that the page then shows. */
async function click(name) {
  const answers = page.locator('#answers li')
  const count = await answers.count()
  await page.getByRole('button', { name }).click()
  const answer = answers.nth(count)
  await answer.waitFor()
  return { text: await answer.textContent(), milliseconds: Number(await answer.getAttribute('data-milliseconds')) }
}

test('both versions of the API work on the same key pairs', async () => {
  assert.match((await click('Create with 2017-03-12')).text, /^ssh-rsa AAAA/)
  assert.match((await click('Create with 3.0')).text, /^InvalidKeyPairName\.Duplicate: /)
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT })
})

test('the page shows a forced error, and waits for a forced delay', async () => {
  assert.match((await click('Create with an error')).text, /^InternalError: /)
  const { text, milliseconds } = await click('Create with a delay')
  assert.match(text, /^ssh-rsa AAAA/)
  assert.ok(milliseconds >= 300)
})

test('the page shows an error that a rule forces', async () => {
  await emulator.faults.add({ action: 'CreateKeyPair', next: 1, error: 'InternalServerError' })
  assert.match((await click('Create with 2017-03-12')).text, /^InternalServerError: /)
})
