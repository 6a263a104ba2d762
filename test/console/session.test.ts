import { expect } from 'vitest'
import { startEmulator } from '../../src/emulator.ts'
import { browserTest, closeDialog, fill, openView, useBrowser } from '../support/browser.ts'
import { start } from '../support/emulator.ts'
import { fixtures } from '../support/instances.ts'

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
  // Both have the sequence 1
  const rows = page.locator('[data-row]')
  expect(await rows.locator('td:nth-child(2)').allInnerTexts()).toStrictEqual(['DescribeRegions', 'DescribeZones'])
  for (const [index, action] of ['DescribeRegions', 'DescribeZones'].entries()) {
    await rows.nth(index).press('Enter')
    expect(await page.getByTestId('fact-action').innerText()).toBe(action)
    await closeDialog(page)
  }
  expect(await page.locator('main p.warn').count()).toBe(0)
})

browserTest('a dialog keeps what was entered while the emulator starts anew', async () => {
  const first = await startEmulator({ port: 0, keyBits: 1024, poolSize: 0, fixtures })
  const page = await openView(open, first.url, 'key-pairs?id=skey-00000001', { expected: /ERR_|Failed to load/ })
  await page.getByTestId('edit').click()
  await fill(page, { Description: 'what I wrote' })
  await first.close()
  await page.locator('[data-testid=connection].bad').waitFor()
  // A read has failed
  await page.getByTestId('error').waitFor({ state: 'attached' })
  const second = await start({ port: first.port, fixtures })
  await page.locator('[data-testid=connection].good').waitFor()
  // It is still above the details
  await page.getByTestId('details').getByTestId('edit').waitFor({ state: 'attached' })
  await page.locator('dialog').last().getByTestId('submit').click()
  await page.getByTestId('fact-description').getByText('what I wrote').waitFor()
  expect((await second.keyPairs.list()).keyPairs).toMatchObject([{ description: 'what I wrote' }])
})
