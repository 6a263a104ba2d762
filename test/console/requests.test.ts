import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { browserTest, closeDialog, openView, submit, useBrowser } from '../support/browser.ts'
import { start } from '../support/emulator.ts'
import { runAsync } from '../support/tools.ts'

const open = useBrowser()
const call = async (url: string, action: string, more = '') => {
  const response = await fetch(`${url}/v2/index.php?Action=${action}&Version=2017-03-12${more}`)
  const text = await response.text()
  return (text === '' ? {} : JSON.parse(text).Response) as { Error?: { Code: string } } & Record<string, unknown>
}

browserTest('a request appears as it comes, and a rule made from it fails the next one like it', async () => {
  const { url, faults } = await start()
  const page = await openView(open, url, 'requests')
  await page.getByTestId('empty').waitFor()
  await call(url, 'DescribeKeyPairs', '&KeyIds.0=skey-00000001')
  await page.locator('[data-row]').getByText('DescribeKeyPairs').click()
  await page.getByTestId('fail-next').click()
  await page.getByTestId('rule-form').waitFor()
  expect(await page.locator('output').innerText()).toBe(
    'The next DescribeKeyPairs of account default with KeyIds.0=skey-00000001 fails with InternalServerError.',
  )
  await submit(page)
  const parameters = { 'KeyIds.0': 'skey-00000001' }
  expect(await faults.list()).toMatchObject([
    { action: 'DescribeKeyPairs', account: 'default', parameters, next: 1, error: 'InternalServerError' },
  ])
  expect((await call(url, 'DescribeKeyPairs')).Error).toBeUndefined()
  expect((await call(url, 'DescribeKeyPairs', '&KeyIds.0=skey-00000001')).Error?.Code).toBe('InternalServerError')
})

browserTest('an action that the emulator does not have gets the answer that is written here', async () => {
  const { url } = await start()
  await call(url, 'DescribeImages')
  const page = await openView(open, url, 'requests?request=1')
  await page.getByTestId('answer').click()
  await submit(page, { answer: '{"TotalCount": 0}' })
  expect(await call(url, 'DescribeImages')).toMatchObject({ TotalCount: 0 })
})

browserTest('the details say why a signature was refused, with both texts and the first difference', async () => {
  const secretKey = 'a-secret'
  const { url, journal } = await start({ auth: 'strict', credential: [`AKIDme:${secretKey}`] })
  const time = Math.floor(Date.now() / 1000)
  const query = `Action=DescribeZones&Nonce=1&SecretId=AKIDme&Timestamp=${time}&Version=2017-03-12`
  // The client signs as if it used POST
  const text = `POST${new URL(url).host}/v2/index.php?${query}`
  const signature = createHmac('sha1', secretKey).update(text).digest('base64')
  await fetch(`${url}/v2/index.php?${query}&Signature=${encodeURIComponent(signature)}`)
  const page = await openView(open, url, 'requests')
  await page.locator('[data-row]').click()
  await page.getByTestId('fact-signature').getByText('refused').waitFor()
  const [entry] = await journal.find()
  const { cause, mistake, expected = '', received = '', firstDifference: at } = entry?.diagnosis ?? {}
  expect(await page.getByTestId('fact-cause').innerText()).toBe(`${mistake} (${cause})`)
  expect(await page.getByTestId('details').locator('pre').allInnerTexts()).toStrictEqual([expected, received])
  const marked = [expected, received].map((signed) => signed.slice(at).split('&')[0])
  expect(await page.locator('mark').allInnerTexts()).toStrictEqual(marked)
  expect(received).toBe(text)
})

browserTest('requests are searched and filtered, and the list can be paused', async () => {
  const { url, faults } = await start()
  await faults.add({ action: 'DescribeZones', status: 503 })
  for (const action of ['DescribeKeyPairs', 'DescribeZones', 'NoSuchAction']) await call(url, action)
  await call(url, 'DescribeRegions', '&SecretId=AKIDteam')
  const page = await openView(open, url, 'requests')
  const actions = () => page.locator('[data-row] td:nth-child(2)').allInnerTexts()
  await expect.poll(actions).toStrictEqual(['DescribeRegions', 'NoSuchAction', 'DescribeZones', 'DescribeKeyPairs'])
  for (const [outcome, found] of [
    ['success', ['DescribeRegions', 'DescribeKeyPairs']],
    ['error', ['NoSuchAction']],
    ['byRule', ['DescribeZones']],
  ] as const) {
    await page.getByTestId('outcome').selectOption(outcome)
    await expect.poll(actions).toStrictEqual(found)
  }
  await page.getByTestId('outcome').selectOption('')
  await page.getByTestId('account').selectOption('AKIDteam')
  await expect.poll(actions).toStrictEqual(['DescribeRegions'])
  await page.getByTestId('account').selectOption('')
  await page.getByTestId('search').fill('nosuch')
  await expect.poll(actions).toStrictEqual(['NoSuchAction'])
  await page.getByTestId('search').fill('')

  await page.getByTestId('pause').click()
  await call(url, 'DescribeProject')
  await page.getByText('1 new since the pause').waitFor()
  expect(await actions()).not.toContain('DescribeProject')
  await page.getByTestId('pause').click()
  await expect.poll(actions).toContain('DescribeProject')
})

browserTest('a request is copied as a command that sends it again', async () => {
  const { url, journal } = await start()
  const name = "it's a name"
  await call(url, 'CreateKeyPair', `&ProjectId=0&KeyName=${encodeURIComponent(name)}`)
  await fetch(url, {
    method: 'POST',
    headers: { 'X-TC-Action': 'DescribeKeyPairs', 'X-TC-Version': '2017-03-12', 'X-TC-Timestamp': '1' },
    body: '{"Limit":1}',
  })
  const page = await openView(open, url, 'requests', { permissions: ['clipboard-read', 'clipboard-write'] })
  for (const sequence of [1, 2]) {
    await page.goto(`${url}/_emulator/#/requests?request=${sequence}`)
    await page.getByTestId('curl').click()
    await page.getByTestId('curl').getByText('Copied').waitFor()
    const command = await page.evaluate<string>('navigator.clipboard.readText()')
    expect((await runAsync('sh', ['-c', `${command} -s --noproxy '*'`], '.')).status).toBe(0)
    await closeDialog(page)
  }
  const [first, second, again, twice] = await journal.find()
  for (const [one, other] of [
    [first, again],
    [second, twice],
  ]) {
    expect({ ...other, client: '' }).toMatchObject({ action: one?.action, code: one?.code, method: one?.method })
  }
  expect(again?.parameters).toStrictEqual(first?.parameters)
})

browserTest(
  '5,000 requests in a burst leave a short list, a page that answers, and a count of what is missing',
  async () => {
    const { url } = await start({ journalSize: 1000 })
    const page = await openView(open, url, 'requests')
    await page.getByTestId('empty').waitFor()
    await call(url, 'DescribeProject')
    await page.locator('[data-row]').press('Enter')
    const hundred = () => Promise.all(Array.from({ length: 100 }, () => call(url, 'DescribeRegions')))
    for (let sent = 0; sent < 5_000; sent += 100) {
      await hundred()
      // It still runs scripts
      if (sent % 1000 === 0) await page.evaluate('1')
    }
    await expect.poll(() => page.locator('[data-row]').count()).toBe(100)
    await expect
      .poll(async () => {
        await hundred()
        return page.getByTestId('more').innerText()
      })
      .toContain('of 2000')
    await hundred()
    // The dialog stays, although neither the journal nor the page has its request any more
    await call(url, 'DescribeZones')
    await page.locator('[data-row]').first().getByText('DescribeZones').waitFor()
    expect(await page.getByTestId('fact-action').innerText()).toBe('DescribeProject')
    expect(await page.getByTestId('error').count()).toBe(0)
    await closeDialog(page)
    await call(url, 'DescribeZones')
    await page.locator('[data-row]').first().getByText('DescribeZones').waitFor()
    await page.getByTestId('more').click()
    expect(await page.locator('[data-row]').count()).toBe(200)
    expect(await page.getByTestId('more').innerText()).toMatch(/of (\d{1,3}|1\d{3}|2000)\)$/)
  },
)

browserTest('the details name every rule that was applied, and say when there is no such request', async () => {
  const { url, faults } = await start()
  await faults.add({ id: 'slow', delay: 1 })
  await faults.add({ id: 'busy', error: 'InternalError' })
  await call(url, 'DescribeZones')
  const page = await openView(open, url, 'requests?request=1')
  expect(await page.getByTestId('fact-faults').innerText()).toBe('slow, busy')
  const { boot } = (await (await fetch(`${url}/_emulator/journal`)).json()) as { boot: string }
  for (const [request, isThere] of [
    [`${boot}-1`, true],
    [`${boot}-2`, false],
    ['other-1', false],
    ['nothing', false],
  ] as const) {
    await page.goto(`${url}/_emulator/?#/requests?request=${request}`)
    await page.reload()
    await page
      .getByTestId('details')
      .getByTestId(isThere ? 'fact-action' : 'error')
      .waitFor()
  }
})
