import { expect } from 'vitest'
import { browserTest, openView, submit, useBrowser } from '../support/browser.ts'
import { start } from '../support/emulator.ts'

const open = useBrowser()

browserTest('rules are added by a form that says what they do, count their hits, and are removed', async () => {
  const { url, faults } = await start({ latency: [1, 2] })
  const page = await openView(open, url, 'rules', { expected: /400/ })
  const rows = page.locator('[data-row]')
  await rows.getByText('Every request waits 1–2 ms.').waitFor()
  await page.getByTestId('new').click()
  await page.getByTestId('field-parameters').fill('{')
  await page.getByTestId('submit').click()
  await page.getByTestId('error').getByText('parameters: ').waitFor()
  await page.getByTestId('field-parameters').fill('')
  await page.getByTestId('field-error').fill('NoSuchCode')
  await page.getByTestId('field-action').fill('CreateKeyPair')
  await page.getByTestId('submit').click()
  await page.getByTestId('error').getByText('NoSuchCode').waitFor()
  await submit(page, { error: 'InternalServerError', next: '2' })
  await rows.getByText('Each of the next 2 times CreateKeyPair fails with InternalServerError.').waitFor()
  await fetch(`${url}/v2/index.php?Action=CreateKeyPair&Version=2017-03-12`)
  await rows.filter({ hasText: 'CreateKeyPair' }).getByText('1 / 1').waitFor()
  expect(await rows.getByText('used up').count()).toBe(0)
  await fetch(`${url}/v2/index.php?Action=CreateKeyPair&Version=2017-03-12`)
  await rows.filter({ hasText: 'CreateKeyPair' }).getByText('used up').waitFor()

  await page.getByTestId('latency').click()
  await page.getByText('More').click()
  await submit(page, { id: 'slow' })
  await page.getByTestId('rate-limit').click()
  await page.getByText('More').waitFor()
  await submit(page, { id: 'busy', perSecond: '3' })
  await rows.getByText('Each request beyond 3 per second fails with RequestLimitExceeded.').waitFor()
  expect(await faults.list()).toMatchObject([{}, {}, { id: 'slow', delay: [80, 300] }, { id: 'busy', perSecond: 3 }])
  await page.getByTestId('remove-slow').click()
  await submit(page)
  await rows.getByText('80–300').waitFor({ state: 'detached' })
  await page.getByTestId('remove-all').click()
  await submit(page)
  await page.getByTestId('empty').waitFor()
  expect(await faults.list()).toStrictEqual([])
})

/** Rules, and what the page says about them. */
const sentences: readonly (readonly [rule: object, en: string, zh: string])[] = [
  [{ error: 'InternalError' }, 'Every request fails with InternalError.', '每次请求返回错误 InternalError。'],
  [
    { action: 'CreateKeyPair', every: 3, account: 'A', status: 503 },
    'Every third CreateKeyPair of account A is answered with HTTP 503.',
    '账号 A 每 3 次 CreateKeyPair 请求中的最后一次返回 HTTP 503。',
  ],
  [
    { every: 22, error: 'InternalError' },
    'Every 22nd request fails with InternalError.',
    '每 22 次请求中的最后一次返回错误 InternalError。',
  ],
  [
    { action: 'CreateKeyPair', next: 1, after: 3, drop: 'middle' },
    'The 4th CreateKeyPair is executed, but loses its connection in the middle of the answer.',
    '第 4 次 CreateKeyPair 请求执行后在返回响应的中途断开连接。',
  ],
  [
    { probability: 0.25, delay: 100, error: 'InternalError', after: 2 },
    'Each request, with a probability of 25%, after the first 2 waits 100 ms and fails with InternalError.',
    '前 2 次之后，每次请求以 25% 的概率延迟 100 毫秒，然后返回错误 InternalError。',
  ],
  [
    { action: 'GetCallerIdentity', service: 'sts', answer: {}, perMinute: 5 },
    'Each GetCallerIdentity beyond 5 per minute of the product sts gets the given answer.',
    '产品 sts 每分钟超出 5 次的 GetCallerIdentity 请求返回指定的响应。',
  ],
]

for (const [index, locale] of ['en-US', 'zh-CN'].entries()) {
  browserTest(`each kind of rule is a sentence, ${locale}`, async () => {
    const { url } = await start({ fixtures: { faults: sentences.map(([rule]) => rule) } })
    const page = await openView(open, url, 'rules', { locale })
    for (const sentence of sentences) await page.getByText(sentence[1 + index] as string, { exact: false }).waitFor()
  })
}
