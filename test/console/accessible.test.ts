import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { browserTest, clickView, openView, shownBy, useBrowser, viewNames } from '../support/browser.ts'
import { start } from '../support/emulator.ts'
import { fixtures } from '../support/instances.ts'

const open = useBrowser()

/** What axe finds that is more than minor. To evaluate its source is no script of the page, which the policy would forbid. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }>(`axe.run()`)
  const grave = violations.filter(({ impact }) => impact !== 'minor')
  return grave.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** Everything that a view can show: some of each kind, and a call that failed. */
const world = {
  ...fixtures,
  faults: [{ id: 'slow', action: 'CreateKeyPair', delay: 1 }],
}

for (const [colorScheme, locale] of [
  ['light', 'en-US'],
  ['dark', 'zh-CN'],
] as const) {
  browserTest(`axe finds nothing in any view, ${colorScheme}, ${locale}`, async () => {
    const { url } = await start({ fixtures: world })
    for (const action of ['DescribeKeyPairs', 'NoSuchAction', 'CreateKeyPair']) {
      await fetch(`${url}/v2/index.php?Action=${action}&Version=2017-03-12`)
    }
    const page = await openView(open, url, '', { locale, colorScheme })
    for (const view of viewNames) {
      await clickView(page, view)
      expect(await findings(page), view).toStrictEqual([])
      const dialog = page.locator('dialog')
      const opener = page.getByTestId('new')
      if (!(await opener.count())) continue
      await opener.click()
      await dialog.waitFor()
      expect(await findings(page), `${view}, new`).toStrictEqual([])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    }
  })
}

browserTest('axe finds a field without a label, despite the policy of the page', async () => {
  const { url } = await start()
  const page = await openView(open, url, '')
  await page.locator(shownBy.overview).first().waitFor()
  await page.evaluate(`document.querySelector('main').append(document.createElement('input'))`)
  expect(await findings(page)).toStrictEqual(['label: <input>'])
})

browserTest(
  'axe finds nothing in the views of an emulator that nothing has used, nor where the screen is small',
  async () => {
    const { url } = await start()
    const page = await openView(open, url, '', { viewport: { width: 360, height: 640 } })
    for (const view of viewNames) {
      await clickView(page, view)
      expect(await findings(page), view).toStrictEqual([])
      const width = await page.evaluate<number>(`document.documentElement.scrollWidth`)
      expect(width, view).toBeLessThanOrEqual(360)
    }
  },
)
