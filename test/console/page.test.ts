import { expect, test } from 'vitest'
import { browserTest, clickView, closeDialog, openView, useBrowser, viewNames } from '../support/browser.ts'
import { start } from '../support/emulator.ts'

const open = useBrowser()

test('a browser at the address gets the page, other clients the API', async () => {
  const { url } = await start()
  const get = (path: string, accept?: string) =>
    fetch(url + path, { redirect: 'manual', ...(accept && { headers: { accept } }) })
  const page = await get('/', 'text/html,application/xhtml+xml,*/*;q=0.8')
  expect([page.status, page.headers.get('location')]).toStrictEqual([302, '/_emulator/'])
  expect((await get('/_emulator')).headers.get('location')).toBe('/_emulator/')

  const call = '/?Action=DescribeKeyPairs&Version=2017-03-12'
  for (const [path, accept] of [
    ['/', undefined],
    ['/', '*/*'],
    ['/', 'application/json'],
    [call, 'text/html'],
  ] as const) {
    const answer = await get(path, accept)
    expect([answer.status, Object.keys((await answer.json()) as object)]).toStrictEqual([200, ['Response']])
  }
  const posted = await fetch(url, { method: 'POST', body: '{}', headers: { accept: 'text/html' } })
  expect(await posted.json()).toHaveProperty('Response.Error')
})

browserTest('a key pair is created by the keyboard alone', async () => {
  const { url, keyPairs } = await start()
  const page = await openView(open, url, 'overview')
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  // The second link of the navigation
  await press('Tab', 'Tab', 'Enter')
  await page.getByTestId('empty').waitFor()
  await press('n')
  await page.getByTestId('createKeyPair').waitFor()
  await page.keyboard.type('typed')
  await press('Enter')
  await page.getByTestId('created').waitFor()
  await press('Escape')
  await page.locator('[data-row]').waitFor()
  await press('j', 'Enter')
  await page.getByTestId('details').waitFor()
  expect((await keyPairs.list()).keyPairs).toMatchObject([{ keyName: 'typed' }])
})

test('every file of the page forbids what comes from elsewhere, and is read anew by browsers', async () => {
  const { url } = await start()
  for (const path of ['', 'console/app.js', 'console/app.css', 'console/icon.svg']) {
    const response = await fetch(`${url}/_emulator/${path}`)
    expect(Object.fromEntries(response.headers), path).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    const hosts = (await response.text()).match(/https?:\/\/[^\s"'`)<$]+/g) ?? []
    // Names of XML, at which nothing is asked, and the example in a message
    expect(
      hosts.filter((host) => !/^http:\/\/(www\.w3\.org|127\.0\.0\.1)\b/.test(host)),
      path,
    ).toStrictEqual([])
  }
})

browserTest('the page shows each view without a request to another host', async () => {
  const { url } = await start()
  const page = await openView(open, url, '')
  expect(await page.title()).toBe('Overview · cvm-emulator')
  for (const view of [...viewNames.slice(1), 'overview'] as const) {
    await clickView(page, view)
    expect(page.url()).toBe(`${url}/_emulator/#/${view}`)
    expect(await page.getByTestId(`nav-${view}`).getAttribute('aria-current')).toBe('true')
  }
})

browserTest('theme and language follow the browser, and the address has the language that was chosen', async () => {
  const { url } = await start()
  const page = await openView(open, url, 'rules', { locale: 'zh-CN', colorScheme: 'dark' })
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
  expect(await page.title()).toBe('规则 · cvm-emulator')
  expect(await background()).toBe('rgb(18, 23, 30)')
  await page.getByTestId('language').click()
  await page.getByRole('heading', { name: 'Rules', level: 1 }).waitFor()
  expect(page.url()).toBe(`${url}/_emulator/?lang=en#/rules`)
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await background()).toBe('rgb(255, 255, 255)')
})

browserTest('the keyboard searches, moves through rows, opens what is new and lists the keys', async () => {
  const instances = ['ins-aaaaaaaa', 'ins-bbbbbbbb'].map((instanceId) => ({ instanceId }))
  const { url } = await start({ fixtures: { instances } })
  const page = await openView(open, url, 'instances')
  const rows = page.locator('[data-row]')
  await rows.nth(1).waitFor()
  const focused = () => page.evaluate(`document.activeElement.textContent.slice(0, 12)`)
  const ids = [await rows.nth(0).innerText(), await rows.nth(1).innerText()].map((text) => text.slice(0, 12))
  for (const [key, expected] of [
    ['j', ids[0]],
    ['j', ids[1]],
    ['j', '0✓'],
    ['k', ids[1]],
    ['k', ids[0]],
    ['k', ids[0]],
  ] as const) {
    await page.keyboard.press(key)
    expect(await focused()).toBe(expected)
  }
  const dialog = page.locator('dialog')
  const close = () => closeDialog(page)
  await page.keyboard.press('Enter')
  await close()
  expect(await focused()).toBe(ids[0])

  await page.keyboard.press('n')
  await page.getByTestId('field-instanceId').waitFor()
  await close()
  await page.keyboard.press('?')
  await page.getByTestId('help').waitFor()
  await close()
  await page.keyboard.press('/')
  await page.keyboard.type('bbn?')
  expect(await page.getByTestId('search').inputValue()).toBe('bbn?')
  expect(await dialog.count()).toBe(0)
})

browserTest('what is typed as the account stays when the page reads anew', async () => {
  const { url } = await start()
  const page = await openView(open, url, 'key-pairs')
  const account = page.getByTestId('account')
  await account.press('End')
  await account.pressSequentially('2')
  await fetch(`${url}/v2/index.php?Action=DescribeZones&Version=2017-03-12&SecretId=AKIDother`)
  await page.locator('datalist option', { hasText: 'AKIDother' }).waitFor({ state: 'attached' })
  expect(await account.inputValue()).toBe('default2')
  await account.press('Enter')
  expect(page.url()).toContain('account=default2')
  await account.fill('')
  await account.press('Tab')
  await expect.poll(() => account.inputValue()).toBe('default')
})

browserTest('a view is shown although each answer comes only after the next read has started', async () => {
  const { url } = await start()
  const page = await openView(open, url, 'rules')
  let release: (() => void) | undefined
  await page.route('**/health', async (route) => {
    release?.()
    await new Promise<void>((resolve) => {
      release = resolve
    })
    await route.continue()
  })
  await page.getByTestId('nav-overview').click()
  await page.getByTestId('clock').waitFor()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})
