import { expect } from 'vitest'
import { browserTest, closeDialog, fill, openView, submit, useBrowser } from '../support/browser.ts'
import { addressOf, instance, loginCode, startBound } from '../support/ssh.ts'

const open = useBrowser()

browserTest('a login by SSH is among the requests, and the next one like it can be refused', async () => {
  const { emulator, key } = await startBound()
  expect(await loginCode(emulator, key.privateKey)).toBe('Success')
  const page = await openView(open, emulator.url, 'requests')
  await page.locator('[data-row]').getByText('SshLogin').click()
  expect(await page.getByTestId('fact-InstanceId').innerText()).toBe(instance)
  expect(await page.getByTestId('fact-signature').innerText()).toBe('valid')
  // It is no request that curl could send
  expect(await page.getByTestId('curl').count()).toBe(0)
  await page.getByTestId('fail-next').click()
  await submit(page)
  expect(await loginCode(emulator, key.privateKey)).toBe('InternalServerError')
  expect(await loginCode(emulator, key.privateKey)).toBe('Success')
})

browserTest('a new private key comes with the command that logs in', async () => {
  const { emulator } = await startBound()
  const { port } = addressOf(emulator)
  const page = await openView(open, emulator.url, 'overview')
  await page.getByText(`ssh -p ${port} INSTANCE@127.0.0.1`).waitFor()
  await page.getByTestId('nav-key-pairs').click()
  await page.getByTestId('new').click()
  await fill(page, { KeyName: 'door' })
  await page.getByTestId('submit').click()
  expect(await page.getByTestId('ssh').innerText()).toBe(
    `chmod 600 door.pem && ssh -o IdentitiesOnly=yes -i door.pem -p ${port} INSTANCE@127.0.0.1`,
  )
  await closeDialog(page)
})
