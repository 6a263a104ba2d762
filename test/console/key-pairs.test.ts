import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { browserTest, closeDialog, fill, openView, submit, useBrowser } from '../support/browser.ts'
import { start, temporaryFolder } from '../support/emulator.ts'
import { fixtures, web } from '../support/instances.ts'
import { publicKey } from '../support/keys.ts'
import { run } from '../support/tools.ts'

const open = useBrowser()

browserTest('a key pair is created, and its private key is shown and stored once', async () => {
  const { url, keyPairs, journal } = await start()
  const page = await openView(open, url, 'key-pairs?account=AKIDteam')
  await page.getByTestId('first').click()
  await fill(page, { KeyName: 'web' })
  // The second click does nothing
  await page.getByTestId('submit').dblclick()
  await page.getByTestId('created').waitFor()
  expect(await journal.find({ action: 'CreateKeyPair' })).toHaveLength(1)
  const downloaded = page.waitForEvent('download')
  await page.getByTestId('created').getByTestId('download').click()
  const download = await downloaded
  expect(download.suggestedFilename()).toBe('web.pem')
  const file = `${temporaryFolder()}/web.pem`
  await download.saveAs(file)
  expect((await page.getByTestId('private-key').innerText()).trim()).toBe(readFileSync(file, 'utf8').trim())
  expect(await page.getByTestId('ssh').innerText()).toBe(
    'chmod 600 web.pem && ssh -o IdentitiesOnly=yes -i web.pem USER@HOST',
  )
  await closeDialog(page)
  const kept =
    '[document.documentElement.outerHTML, JSON.stringify([localStorage, sessionStorage, location.href])].join()'
  expect(await page.evaluate(kept)).not.toContain('PRIVATE KEY')

  await page.locator('[data-row]').getByText('web', { exact: true }).click()
  const [pair] = (await keyPairs.list('AKIDteam')).keyPairs
  const shown = await page.getByTestId('fact-publicKey').locator('code').innerText()
  expect(shown).toBe(pair?.publicKey)
  // As ssh prints them
  run('chmod', ['600', file])
  expect(run('ssh-keygen', ['-y', '-f', file]).output.trim()).toBe(shown.split(' ').slice(0, 2).join(' '))
  const fingerprints = ['sha256', 'md5'].map(
    (hash) => run('ssh-keygen', ['-l', '-E', hash, '-f', file]).output.split(' ')[1],
  )
  expect(await page.getByTestId('fact-fingerprints').locator('code').allInnerTexts()).toStrictEqual(fingerprints)
})

browserTest('a public key is imported, renamed and described, and errors are those of the API', async () => {
  const { url, keyPairs } = await start()
  const page = await openView(open, url, 'key-pairs')
  await page.getByTestId('import').click()
  await fill(page, { KeyName: 'not a name', PublicKey: publicKey('one') })
  await page.getByTestId('submit').click()
  await page.getByTestId('error').waitFor()
  const response = await fetch(
    `${url}/v2/index.php?Action=CreateKeyPair&Version=2017-03-12&ProjectId=0&KeyName=not a name`,
  )
  const { Error: error } = ((await response.json()) as { Response: { Error: Record<'Code' | 'Message', string> } })
    .Response
  expect(await page.getByTestId('error').innerText()).toBe(`${error.Code} ${error.Message}`)
  await submit(page, { KeyName: 'one', PublicKey: ` ${publicKey('one')}\n` })

  await page.locator('[data-row]').getByText('one', { exact: true }).click()
  await page.getByTestId('edit').click()
  await page.getByTestId('field-KeyName').fill('two')
  await page.getByTestId('field-Description').fill('my <b>key</b>')
  await page.locator('dialog').last().getByTestId('submit').click()
  await page.getByTestId('fact-description').getByText('my <b>key</b>').waitFor()
  await page.getByTestId('edit').click()
  await page.getByTestId('field-Description').fill('')
  await page.locator('dialog').last().getByTestId('submit').click()
  await page.getByTestId('fact-description').waitFor({ state: 'detached' })
  expect((await keyPairs.list()).keyPairs).toMatchObject([{ keyName: 'two', description: '' }])
})

browserTest('a key pair is bound and unbound, and one or many are deleted', async () => {
  const { url, instances, keyPairs } = await start({ fixtures: { ...fixtures, keyPairs: pairs(3) } })
  await instances.update(web, { instanceState: 'STOPPED' })
  const page = await openView(open, url, 'key-pairs')
  await page.locator('[data-row]').getByText('k0', { exact: true }).click()
  const send = async (button: string, ...more: readonly [name: string, value: string][]) => {
    await page.getByTestId('details').getByTestId(button).click()
    for (const [name, value] of [['InstanceIds', web] as const, ...more]) {
      await page.getByTestId(`field-${name}`).selectOption(value)
    }
    await page.locator('dialog').last().getByTestId('submit').click()
    await page.locator('dialog').nth(1).waitFor({ state: 'detached' })
  }
  await send('bind')
  await page.getByTestId('fact-instanceIds').getByText(web).waitFor()
  expect((await instances.list()).find(({ instanceId }) => instanceId === web)?.keyIds).toStrictEqual(['skey-00000000'])
  await instances.update(web, { instanceState: 'RUNNING' })
  await page.getByTestId('details').getByTestId('unbind').click()
  await page.locator('dialog').last().getByTestId('submit').click()
  await page.getByTestId('error').getByText('ForceStop').waitFor()
  await closeDialog(page)
  await send('unbind', ['ForceStop', 'true'])
  await page.getByTestId('fact-instanceIds').waitFor({ state: 'detached' })

  await page.getByTestId('details').getByTestId('delete').click()
  await page.locator('dialog').last().getByTestId('submit').click()
  await expect.poll(() => page.locator('dialog').count()).toBe(0)
  expect(page.url()).not.toContain('id=')
  for (const name of ['k1', 'k2']) await page.getByLabel(`Select ${name}`).check()
  // What others do takes no selection away
  await fetch(`${url}/v2/index.php?Action=CreateKeyPair&Version=2017-03-12&ProjectId=0&KeyName=other`)
  await page.getByText('other').waitFor()
  await page.getByRole('button', { name: 'Delete 2 selected' }).click()
  await submit(page)
  await page.getByText('k1').waitFor({ state: 'detached' })
  expect((await keyPairs.list()).keyPairs).toMatchObject([{ keyName: 'other' }])
  expect(await page.getByTestId('delete-selected').count()).toBe(0)
})

browserTest('10,000 key pairs are searched, sorted and paged, and the address keeps that', async () => {
  const { url } = await start({ fixtures: { keyPairs: pairs(10_000) }, keyPairLimit: 20_000 })
  const page = await openView(open, url, 'key-pairs?sort=name')
  const names = () => page.locator('[data-row] td:nth-child(2)').allInnerTexts()
  await page.getByText('10000 in all').waitFor()
  const sorted = Array.from({ length: 10_000 }, (_, index) => `k${index}`).sort()
  expect(await names()).toStrictEqual(sorted.slice(0, 100))
  await page.getByTestId('next').click()
  await page.getByText('Page 2 of 100').waitFor()
  await expect.poll(names).toStrictEqual(sorted.slice(100, 200))
  await page.reload()
  await expect.poll(names).toStrictEqual(sorted.slice(100, 200))
  await page.getByTestId('search').fill('k999')
  await expect.poll(names).toStrictEqual(sorted.filter((name) => name.startsWith('k999')))
  expect(page.url()).toBe(`${url}/_emulator/#/key-pairs?sort=name&q=k999`)
  await page.getByTestId('search').fill('nothing')
  await page.getByTestId('empty').waitFor()
})

browserTest('a page beyond the end leads to the last one, also after its key pairs were deleted', async () => {
  const { url } = await start({ fixtures: { keyPairs: pairs(101) }, keyPairLimit: 200 })
  const page = await openView(open, url, 'key-pairs?sort=name&page=2')
  const rows = page.locator('[data-row]')
  await page.getByLabel('Select k99').check()
  await page.getByTestId('delete-selected').click()
  await submit(page)
  await expect.poll(() => rows.count()).toBe(100)
  for (const number of ['99', '0', 'x']) {
    await page.goto(`${url}/_emulator/?#/key-pairs?sort=name&page=${number}`)
    await page.reload()
    await expect.poll(() => rows.count()).toBe(100)
  }
})

browserTest('selected key pairs stay selected when others come, and no key pair is deleted unseen', async () => {
  const { url } = await start({ fixtures: { keyPairs: pairs(2) } })
  const page = await openView(open, url, 'key-pairs')
  for (const name of ['k0', 'k1']) await page.getByLabel(`Select ${name}`).check()
  await fetch(`${url}/v2/index.php?Action=CreateKeyPair&Version=2017-03-12&ProjectId=0&KeyName=other`)
  await page.getByText('3 in all').waitFor()
  expect(await page.getByTestId('delete-selected').innerText()).toBe('Delete 2 selected')
  await page.getByTestId('search').fill('k0')
  await page.getByText('Delete 1 selected').waitFor()
})

browserTest('an unknown key pair is named, and a dialog without an instance leads to the instances', async () => {
  const { url } = await start({ fixtures: { keyPairs: pairs(1) } })
  const page = await openView(open, url, 'key-pairs?id=skey-zzzzzzzz')
  await page.getByTestId('error').getByText('skey-zzzzzzzz').waitFor()
  await page.locator('[data-row]').press('Enter')
  expect(await page.getByTestId('unbind').count()).toBe(0)
  await page.getByTestId('bind').click()
  await page.locator('dialog a').click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  await page.getByTestId('empty').getByText('No instances yet').waitFor()
})

browserTest(
  'an account that must sign is read-only until its SecretKey is entered, which only the page keeps',
  async () => {
    const secretKey = 'a-secret-of-the-console'
    const { url, journal } = await start({
      auth: 'strict',
      credential: [`AKIDme:${secretKey}`],
    })
    const page = await openView(open, url, 'key-pairs?account=AKIDme')
    await page.getByTestId('read-only').waitFor()
    expect(await page.getByTestId('new').isDisabled()).toBe(true)
    await page.getByTestId('enter-secret-key').click()
    await submit(page, { SecretId: 'AKIDme', SecretKey: secretKey })
    await page.getByTestId('read-only').waitFor({ state: 'detached' })
    await page.getByTestId('new').click()
    await fill(page, { KeyName: 'signed' })
    await page.getByTestId('submit').click()
    await page.getByTestId('created').waitFor()
    expect(await journal.find({ action: 'CreateKeyPair' })).toMatchObject([{ signature: 'valid', account: 'AKIDme' }])
    const kept = 'JSON.stringify([localStorage, sessionStorage, location.href, document.documentElement.outerHTML])'
    expect(await page.evaluate(kept)).not.toContain(secretKey)
    await closeDialog(page)
    await page.getByText('Forget the SecretKey').click()
    await page.getByTestId('read-only').waitFor()
  },
)

browserTest('where the browser does not sign, the page says so and the account stays read-only', async () => {
  const { url } = await start({ auth: 'strict', credential: ['AKIDme:secret'] })
  const page = await openView(open, url, 'state')
  await page.addInitScript('delete Crypto.prototype.subtle')
  await page.goto(`${url}/_emulator/?#/key-pairs?account=AKIDme`)
  await page.getByTestId('read-only').getByText('HTTPS or localhost').waitFor()
  expect(await page.getByTestId('enter-secret-key').count()).toBe(0)
})

const pairs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...{
      keyId: `skey-${index.toString(36).padStart(8, '0')}`,
      keyName: `k${index}`,
      publicKey: publicKey(`k${index}`),
    },
  }))
