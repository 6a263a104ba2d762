import { expect } from 'vitest'
import { browserTest, openView, submit, useBrowser } from '../support/browser.ts'
import { start } from '../support/emulator.ts'

const open = useBrowser()

browserTest('the form of each action is filled with its example, and the answer is as it was sent', async () => {
  const { url, journal } = await start()
  const page = await openView(open, url, 'try-it')
  const versions = await page.getByTestId('apiVersion').locator('option').allInnerTexts()
  expect(versions).toStrictEqual(['2017-03-12', '3.0'])
  const tried: string[] = []
  for (const version of versions) {
    await page.getByTestId('apiVersion').selectOption(version)
    for (const action of await page.getByTestId('action').locator('option').allInnerTexts()) {
      await page.getByTestId('action').selectOption(action)
      await page.getByTestId('submit').click()
      const request = await page.getByTestId('request').innerText()
      expect(request).toContain(action)
      tried.push(`${version} ${action}`)
    }
  }
  const entries = await journal.find()
  expect(entries.map(({ apiVersion, action }) => `${apiVersion} ${action}`)).toStrictEqual(tried)
  // The example of each action is well formed: what it names need not exist
  const formal = /^(MissingParameter|UnknownParameter|InvalidAction|NoSuchVersion)|^InvalidParameter$/
  expect(entries.filter(({ code }) => formal.test(code)).map(({ action, code }) => [action, code])).toStrictEqual([])
})

browserTest('a call is signed in both versions, and leads to its request', async () => {
  const secretKey = 'a-secret'
  const { url, journal } = await start({ auth: 'strict', credential: [`AKIDme:${secretKey}`] })
  const page = await openView(open, url, 'try-it?account=AKIDme&action=DescribeKeyPairs')
  await page.getByTestId('enter-secret-key').click()
  await submit(page, { SecretId: 'AKIDme', SecretKey: secretKey })
  for (const [index, version] of ['2017-03-12', '3.0'].entries()) {
    await page.getByTestId('apiVersion').selectOption(version)
    await page.getByTestId('submit').click()
    await expect.poll(async () => (await journal.find()).length).toBe(index + 1)
  }
  expect(await journal.find()).toMatchObject([
    { signature: 'valid', apiVersion: '2017-03-12' },
    { signature: 'valid', apiVersion: '3.0' },
  ])
  expect(await page.content()).not.toContain(secretKey)
  const tested = await fetch(
    new URL((await page.getByText('Clients that were tested').getAttribute('href')) ?? '', `${url}/_emulator/`),
  )
  expect(await tested.text()).toContain('| `tencentcloud-sdk-go` |')
  await page.getByText('See it in Requests').click()
  await page.locator('[data-row]').getByText('3.0').waitFor()
})

browserTest('an action that is new has its form at once, and JSON that is none is refused by the page', async () => {
  const { url } = await start()
  const page = await openView(open, url, 'try-it?apiVersion=3.0&action=CreateKeyPair')
  await page.route('**/openapi.json', async (route) => {
    const document = await (await route.fetch()).json()
    document.paths['/#BrandNew'] = structuredClone(document.paths['/#CreateKeyPair'])
    document.paths['/#BrandNew'].post.requestBody.content['application/json'].schema.properties.Fresh = {
      type: 'object',
    }
    await route.fulfill({ json: document })
  })
  await page.reload()
  await page.getByTestId('action').selectOption('BrandNew')
  await page.getByTestId('field-Fresh').fill('{')
  await page.getByTestId('submit').click()
  await page.getByTestId('error').getByText('Fresh: ').waitFor()
  await page.getByTestId('field-Fresh').fill('{}')
  await page.getByTestId('submit').click()
  await page.getByTestId('answer').waitFor()
  expect(await page.getByTestId('request').innerText()).toContain('"Fresh":{}')
})
