import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { browserTest, closeDialog, fill, openView, submit, useBrowser } from '../support/browser.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { fixtures } from '../support/instances.ts'

const open = useBrowser()

browserTest('the overview shows what there is, and follows what others change', async () => {
  const emulator = await start()
  const page = await openView(open, emulator.url, '')
  expect(await page.getByTestId('address').allInnerTexts()).toStrictEqual([emulator.url])
  await page.getByTestId('empty').waitFor()
  const command = await page.getByTestId('command').innerText()
  expect(command).toBe(`curl -s "${emulator.url}/v2/index.php?Action=DescribeKeyPairs&Version=2017-03-12"`)
  expect(await page.getByTestId('keys').innerText()).toBe('fresh · 0 ready')

  await emulator.faults.add({ id: 'busy', action: 'DescribeKeyPairs', error: 'InternalError' })
  await emulator.clock.freeze(new Date('2026-01-01T00:00:00Z'))
  await emulator.instances.add({ instanceId: 'ins-1e4r6y8i' }, 'AKIDteam')
  await fetch(/"(.*)"/.exec(command)?.[1] ?? '')
  await page.getByTestId('rule').getByText('changed 1 of 1').waitFor()
  await page.getByTestId('clock').getByText('2026-01-01T00:00:00.000Z · frozen').waitFor()
  await page.getByTestId('empty').waitFor({ state: 'detached' })
  await page.getByTestId('accounts').getByRole('link', { name: 'AKIDteam' }).click()
  expect(page.url()).toContain('#/key-pairs?account=AKIDteam')
})

browserTest('the clock is frozen, moved, set and reset, and an invalid time is named', async () => {
  const { url, clock } = await start({ clock: '2026-01-01T08:00:00Z' })
  const page = await openView(open, url, 'state', { expected: /400/ })
  const shows = (text: string) => page.getByTestId('clock').getByText(text).waitFor()
  await shows('T08:00:00.000Z · frozen')
  for (const [button, time] of [
    ['plusMinute', '01T08:01'],
    ['plusHour', '01T09:01'],
    ['plusDay', '02T09:01'],
  ] as const) {
    await page.getByTestId(button).click()
    await shows(time)
  }
  await page.getByTestId('advance').click()
  await submit(page, { milliseconds: '-60000' })
  await shows('02T09:00')
  await page.getByTestId('setClock').click()
  await fill(page, { time: 'tomorrow' })
  await page.getByTestId('submit').click()
  await page.getByTestId('error').getByText('time').waitFor()
  await submit(page, { time: '2027-01-01T00:00:00Z' })
  await shows('2027-01-01')
  // A button without a form
  await clock.freeze(new Date('9999-12-31T12:00:00Z'))
  await shows('9999-12-31')
  await page.getByTestId('plusDay').click()
  await page.getByTestId('problem').getByTestId('error').getByText('a year from 1 to 9999').waitFor()
  await closeDialog(page)
  await page.getByTestId('resume').click()
  await shows('running')
  expect(await clock.isFrozen()).toBe(false)
  await page.getByTestId('freeze').click()
  await shows('frozen')
  await page.getByTestId('resetClock').click()
  await shows('2026-01-01T08:00:00.000Z · frozen')
})

browserTest('the limit is changed and restored, and keys are made ahead', async () => {
  const { url, limits, keys } = await start()
  const page = await openView(open, url, 'state')
  const initial = await limits.keyPairs()
  const limitIs = (limit: number) => page.getByTestId('fact-Key pairs per project').getByText(`${limit}`).waitFor()
  const setLimit = async (fields: Readonly<Record<string, string>>) => {
    await page.getByTestId('setLimit').click()
    await submit(page, fields)
  }
  await setLimit({ keyPairs: '5' })
  await limitIs(5)
  await setLimit({ keyPairs: '7', account: 'AKIDteam' })
  expect([await limits.keyPairs(), await limits.keyPairs('AKIDteam')]).toStrictEqual([5, 7])
  await setLimit({ keyPairs: 'null' })
  await limitIs(initial)

  await page.getByTestId('prefill').click()
  await submit(page, { count: '2' })
  await page.getByText('2 ready').waitFor()
  expect(await keys.level()).toBe(2)
})

browserTest('an exported state is imported again, and the emulator names what is wrong with another', async () => {
  const emulator = await start({ fixtures })
  const page = await openView(open, emulator.url, 'state', { expected: /400/ })
  const downloaded = page.waitForEvent('download')
  await page.getByTestId('export').click()
  const download = await downloaded
  expect(download.suggestedFilename()).toBe('cvm-emulator-state.json')
  const exported = `${temporaryFolder()}/exported.json`
  await download.saveAs(exported)
  expect(JSON.parse(readFileSync(exported, 'utf8'))).toStrictEqual(
    JSON.parse(JSON.stringify(await emulator.state.export())),
  )
  const choose = async (text: string) => {
    const file = `${temporaryFolder()}/state.json`
    writeFileSync(file, text)
    await page.getByTestId('file').setInputFiles(file)
    // The same file can be chosen again
    expect(await page.getByTestId('file').inputValue()).toBe('')
    await page.getByTestId('submit').click()
  }
  for (const [text, error] of [
    ['{', /JSON/],
    ['{"keyPairs":[{}]}', /keyPairs\/0/],
  ] as const) {
    await choose(text)
    await page.getByTestId('error').getByText(error).waitFor()
    await closeDialog(page)
  }
  await choose('{"instances":[{"instanceId":"ins-bbbbbbbb"}]}')
  await page.locator('dialog').waitFor({ state: 'detached' })
  expect((await emulator.instances.list()).map(({ instanceId }) => instanceId)).toStrictEqual(['ins-bbbbbbbb'])
  await choose(readFileSync(exported, 'utf8'))
  await page.locator('dialog').waitFor({ state: 'detached' })
  expect(await emulator.instances.list()).toHaveLength(4)
})

browserTest('a reset is confirmed, for one account or all', async () => {
  const emulator = await start()
  for (const account of ['default', 'AKIDteam']) await emulator.instances.add({ instanceId: 'ins-1e4r6y8i' }, account)
  const page = await openView(open, emulator.url, 'state')
  const count = async () =>
    Promise.all(['default', 'AKIDteam'].map(async (account) => (await emulator.instances.list(account)).length))
  await page.getByTestId('reset').click()
  await closeDialog(page)
  expect(await count()).toStrictEqual([1, 1])
  await page.getByTestId('reset').click()
  await fill(page, { account: 'AKIDtaem' })
  await page.getByTestId('submit').click()
  await page.getByTestId('error').getByText('There is no account `AKIDtaem`').waitFor()
  await submit(page, { account: 'AKIDteam' })
  expect(await count()).toStrictEqual([1, 0])
  const names = page.locator('[data-row] td:nth-child(3)')
  for (const account of ['default', 'AKIDteam']) {
    await fetch(`${emulator.url}/v2/index.php?Action=DescribeZones&Version=2017-03-12&SecretId=${account}`)
  }
  await page.getByTestId('nav-requests').click()
  await expect.poll(() => names.count()).toBe(2)
  await page.getByTestId('nav-state').click()
  await page.getByTestId('reset').click()
  await submit(page, { account: 'AKIDteam' })
  // The page forgets what the journal has lost
  await page.getByTestId('nav-requests').click()
  expect(await names.allInnerTexts()).toStrictEqual(['default'])
  await page.getByTestId('nav-state').click()
  await page.getByTestId('reset').click()
  await submit(page)
  expect(await count()).toStrictEqual([0, 0])
  await page.getByTestId('nav-requests').click()
  await page.getByTestId('empty').waitFor()
})
