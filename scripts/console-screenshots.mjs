// Makes the pictures of the console in docs/console: `node scripts/console-screenshots.mjs`, with Chromium installed.
import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { startEmulator } from '../src/emulator.ts'

/** All pictures together, in bytes. */
const maxBytes = 400_000

const pictures = [
  { name: 'overview', view: 'overview', colorScheme: 'light', ready: '[data-row]' },
  { name: 'requests', view: 'requests', colorScheme: 'dark', ready: '[data-row]' },
  { name: 'refused', view: 'requests?request=9', colorScheme: 'light', ready: 'mark' },
  { name: 'rule', view: 'rules', colorScheme: 'light', ready: '[data-row]', opener: 'new' },
  { name: 'key-pairs', view: 'key-pairs', colorScheme: 'light', locale: 'zh-CN', ready: '[data-row]' },
]
const folder = fileURLToPath(new URL('../docs/console/', import.meta.url))

await using emulator = await startEmulator({
  ...{ port: 0, clock: '2026-01-01T08:00:00Z', logLevel: 'silent' },
  credential: ['AKIDme:a-secret-of-this-picture'],
})
await emulator.instances.add({ instanceId: 'ins-1e4r6y8i', instanceName: 'web', instanceState: 'RUNNING' })
await emulator.faults.add({ id: 'busy', action: 'DeleteKeyPairs', every: 2, error: 'InternalError' })
const actions = [
  'DescribeKeyPairs',
  'CreateKeyPair&KeyName=web&ProjectId=0',
  'DescribeInstances',
  'DeleteKeyPairs&KeyIds.0=skey-00000000',
]
for (const action of [...actions, ...actions]) {
  await fetch(`${emulator.url}/v2/index.php?Action=${action}&Version=2017-03-12`)
  await emulator.clock.advance(1500)
}

// A client that signs as if it used POST
const query = `Action=DescribeZones&Nonce=1&SecretId=AKIDme&Timestamp=${Math.floor(+(await emulator.clock.now()) / 1000)}&Version=2017-03-12`
const text = `POST${new URL(emulator.url).host}/v2/index.php?${query}`
const signature = createHmac('sha1', 'a-secret-of-this-picture').update(text).digest('base64')
await fetch(`${emulator.url}/v2/index.php?${query}&Signature=${encodeURIComponent(signature)}`)

const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim()
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
mkdirSync(folder, { recursive: true })
for (const { name, view, colorScheme, ready, opener, locale = 'en-US' } of pictures) {
  const page = await browser.newPage({ viewport: { width: 1000, height: 560 }, colorScheme, locale })
  await page.goto(`${emulator.url}/_emulator/#/${view}`)
  await page.locator(ready).first().waitFor()
  if (opener) await page.getByTestId(opener).click()
  await page.screenshot({ path: `${folder}${name}.png` })
}
await browser.close()

const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(folder + name).size, 0)
if (bytes > maxBytes) throw new Error(`The pictures have ${bytes} bytes; at most ${maxBytes} are allowed.`)
