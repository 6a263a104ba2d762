import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { browserTest, clickView, closeDialog, openView, useBrowser, viewNames } from '../support/browser.ts'
import { start } from '../support/emulator.ts'
import { publicKey } from '../support/keys.ts'

const open = useBrowser()
const markup = '<img src=x onerror=globalThis.ran=1>'
const texts = [markup, `"'></textarea><script>globalThis.ran=1</script>`, '\u202eabc\u202d\u200f', 'x'.repeat(10_000)]

browserTest('texts of requests and documents are shown as text, and nothing in them runs', async () => {
  const description = texts.slice(0, 3).map((text) => text.slice(0, 60))
  const emulator = await start({
    fixtures: {
      projects: texts.map((projectName, index) => ({ projectId: index + 1, projectName, projectInfo: projectName })),
      keyPairs: description.map((text, index) => ({
        ...{ keyId: `skey-0000000${index}`, keyName: 'k'.repeat(index + 1), description: text },
        ...{ publicKey: publicKey(text), tags: [{ key: text, value: text }] },
      })),
      instances: texts.map((text, index) => ({
        ...{ instanceId: `ins-0000000${index}`, instanceName: text, osName: text, zone: text, region: text },
        ...{ keyIds: ['skey-00000000'], tags: [{ key: markup, value: text.slice(0, 255) }] },
      })),
      faults: texts.map((message, index) => ({
        ...{
          id: `rule${index}`,
          action: 'DeleteKeyPairs',
          parameters: { Name: message.slice(0, 255) },
          message: message.slice(0, 255),
        },
        error: 'InternalError',
      })),
    },
  })
  for (const text of texts) {
    const headers = { 'User-Agent': encodeURI(text).slice(0, 5000) }
    for (const action of ['DescribeKeyPairs', 'DeleteKeyPairs', text]) {
      const query = new URLSearchParams({
        Action: action,
        Version: '2017-03-12',
        Name: text,
        SecretId: text.slice(0, 90),
      })
      await fetch(`${emulator.url}/v2/index.php?${query}`, { headers })
    }
  }
  const page = await openView(open, emulator.url, '')
  const found = `[document.querySelectorAll('img, main script').length, globalThis.ran ?? 0]`
  for (const view of viewNames) {
    await clickView(page, view)
    const rows = await page.locator('tr.link').count()
    expect(await page.evaluate(found), view).toStrictEqual([0, 0])
    for (let index = 0; index < Math.min(rows, 4); index += 1) {
      await page.locator('tr.link').nth(index).press('Enter')
      await page.locator('dialog').waitFor()
      expect(await page.evaluate(found), `${view}, row ${index}`).toStrictEqual([0, 0])
      await page.keyboard.press('Escape')
      await page.locator('dialog').waitFor({ state: 'detached' })
    }
  }
})

browserTest('a text with separators of lines neither hides its request nor forges another event', async () => {
  const { url } = await start()
  const page = await openView(open, url, 'requests')
  let streams = 0
  page.on('request', (request) => {
    if (request.url().includes('/stream')) streams += 1
  })
  const Name = 'a\u2028id: forged-9\u2028event: missed\u2029data: {'
  for (const Action of ['DescribeKeyPairs', 'DescribeZones']) {
    await fetch(`${url}/v2/index.php?${new URLSearchParams({ Action, Version: '2017-03-12', Name })}`)
  }
  const rows = page.locator('[data-row]')
  await rows.nth(1).waitFor()
  expect(await rows.locator('td:nth-child(2)').allInnerTexts()).toStrictEqual(['DescribeZones', 'DescribeKeyPairs'])
  await rows.nth(1).press('Enter')
  expect(await page.getByTestId('fact-Name').textContent()).toBe(Name)
  expect((await page.locator('main p.warn').count()) + streams).toBe(0)
})

for (const account of ['__proto__', 'constructor']) {
  browserTest(`an account may have the name ${account}`, async () => {
    const { url, keyPairs } = await start()
    const page = await openView(open, url, `key-pairs?account=${account}`)
    await page.getByTestId('first').click()
    await submitAndClose(page, 'mine')
    await page.locator('[data-row]').getByText('mine').waitFor()
    expect(await page.getByText('Signs as').count()).toBe(0)
    expect((await keyPairs.list(account)).keyPairs).toMatchObject([{ keyName: 'mine' }])
  })
}

browserTest('an address with an unknown view shows the overview', async () => {
  const { url } = await start()
  for (const view of ['nothing', 'constructor', '__proto__']) {
    const page = await openView(open, url, view)
    await page.getByTestId('accounts').waitFor()
  }
})

async function submitAndClose(page: Page, name: string): Promise<void> {
  await page.getByTestId('field-KeyName').fill(name)
  await page.getByTestId('submit').click()
  await page.getByTestId('created').waitFor()
  await closeDialog(page)
}
