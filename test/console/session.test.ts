import { expect } from 'vitest'
import { startEmulator } from '../../src/emulator.ts'
import { browserTest, fill, openView, useBrowser } from '../support/browser.ts'
import { start } from '../support/emulator.ts'

const open = useBrowser()

browserTest('with a control token the page asks for it, and keeps it in its memory only', async () => {
  const { url } = await start({ controlToken: 'right' })
  const page = await open(`${url}/_emulator/#/requests`, { expected: /401/ })
  await fill(page, { token: 'wrong' })
  await page.getByTestId('submit').click()
  await page.getByTestId('error').getByText('Unauthorized').waitFor()
  await fill(page, { token: 'right' })
  await page.getByTestId('submit').click()
  await page.locator('[data-testid=connection].good').waitFor()
  // The stream is read with the token, too
  await fetch(`${url}/v2/index.php?Action=DescribeZones&Version=2017-03-12`)
  await page.locator('[data-row]').getByText('DescribeZones').waitFor()
  const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])')
  expect(stored).not.toContain('right')
  await page.reload()
  await page.getByTestId('field-token').waitFor()
})

browserTest('the page connects again when the emulator has started anew, and shows what comes then', async () => {
  const first = await startEmulator({ port: 0, keyBits: 1024, poolSize: 0 })
  const page = await openView(open, first.url, 'requests', { expected: /ERR_|Failed to load/ })
  const call = (action: string) => fetch(`${first.url}/v2/index.php?Action=${action}&Version=2017-03-12`)
  await call('DescribeZones')
  await page.locator('[data-row]').getByText('DescribeZones').waitFor()
  await first.close()
  await page.locator('[data-testid=connection].bad').waitFor()
  await start({ port: first.port })
  await page.locator('[data-testid=connection].good').waitFor()
  await call('DescribeRegions')
  await page.locator('[data-row]').getByText('DescribeRegions').waitFor()
  expect(await page.locator('[data-row]').count()).toBe(2)
})
