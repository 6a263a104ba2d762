import { expect } from 'vitest'
import { instanceStates } from '../../src/store/records.ts'
import { browserTest, closeDialog, fill, openView, submit, useBrowser } from '../support/browser.ts'
import { start } from '../support/emulator.ts'
import { fixtures, web } from '../support/instances.ts'

const open = useBrowser()

browserTest('an instance is added, changed and removed', async () => {
  const { url, instances } = await start()
  const page = await openView(open, url, 'instances?account=AKIDteam', { expected: /400/ })
  await page.getByTestId('empty').waitFor()
  await page.getByTestId('new').click()
  await fill(page, { instanceId: 'ins-1' })
  await page.getByTestId('submit').last().click()
  await page.getByTestId('error').getByText('instanceId').waitFor()
  await page.getByText('More').click()
  await page.getByTestId('field-instanceState').selectOption('RUNNING')
  const more = { projectId: '1002189', privateIpAddresses: '10.0.0.1\n10.0.0.2' }
  await submit(page, { instanceId: web, instanceName: 'my web', ...more })
  const row = page.locator('[data-row]').first()
  await row.getByText('my web').waitFor()
  const listed = () => instances.list('AKIDteam')
  expect(await listed()).toMatchObject([
    { instanceId: web, instanceState: 'RUNNING', projectId: 1002189, privateIpAddresses: ['10.0.0.1', '10.0.0.2'] },
  ])

  await row.press('Enter')
  const states = page.getByTestId('field-instanceState')
  await states.waitFor()
  expect(await states.locator('option').allInnerTexts()).toStrictEqual(['', ...instanceStates])
  await states.selectOption('STOPPED')
  await submit(page, { privateIpAddresses: '', publicIpAddresses: '203.0.113.9' })
  await row.getByText('203.0.113.9').waitFor()
  expect(await listed()).toMatchObject([
    { instanceName: 'my web', instanceState: 'STOPPED', privateIpAddresses: [], projectId: 1002189 },
  ])
  await page.getByTestId('instances').getByTestId('remove').click()
  await closeDialog(page)
  await page.getByTestId('instances').getByTestId('remove').click()
  await submit(page)
  await page.getByTestId('empty').waitFor()
  expect(await listed()).toStrictEqual([])
})

browserTest('instances are searched, and bound keys lead to their key pair', async () => {
  const { url } = await start({ fixtures })
  const page = await openView(open, url, 'instances')
  await page.getByTestId('search').fill('my_web')
  await page.getByText('ins-3e56fg78').waitFor({ state: 'detached' })
  expect(page.url()).toContain('q=my_web')
  await page.getByTestId('search').fill('nothing')
  await page.getByTestId('empty').waitFor()
  await page.getByTestId('search').fill('')
  await page.getByRole('link', { name: 'skey-00000001' }).click()
  await page.getByTestId('details').getByText('skey-00000001').waitFor()
})

browserTest('a project is added to an account and removed, and project 0 stays', async () => {
  const { url, projects } = await start()
  const page = await openView(open, url, 'instances?account=AKIDteam')
  const table = page.getByTestId('projects')
  await page.getByTestId('new-project').click()
  await submit(page, { projectId: '7', projectName: 'seven' })
  await table.getByText('7', { exact: true }).waitFor()
  const both = async () => [await projects.list(), await projects.list('AKIDteam')]
  expect(await both()).toStrictEqual([
    [0, 1002189, 1002190],
    [0, 7, 1002189, 1002190],
  ])
  const remove = (id: number) => table.getByRole('button', { name: `Remove ${id}`, exact: true })
  expect(await remove(0).count()).toBe(0)
  for (const id of [7, 1002190]) {
    await remove(id).click()
    await submit(page)
    await remove(id).waitFor({ state: 'detached' })
  }
  expect(await both()).toStrictEqual([
    [0, 1002189],
    [0, 1002189],
  ])
})
