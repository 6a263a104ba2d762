import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import { run, testWith } from './tools.ts'

/** `test` for a test in Chromium. */
export const browserTest = testWith('chromium')

interface PageOptions extends BrowserContextOptions {
  /** Messages of the console that are part of the test, such as those of refused requests. */
  readonly expected?: RegExp
}

/** The views by their paths, and what each of them shows when it has read something. */
export const shownBy = {
  overview: '[data-testid=accounts] td',
  'key-pairs': '[data-row], [data-testid=empty]',
  requests: '[data-row], [data-testid=empty]',
  rules: '[data-row], [data-testid=empty]',
  instances: '[data-row], [data-testid=empty]',
  'try-it': '[data-testid=action]',
  state: '[data-testid=clock]',
}
export const viewNames = Object.keys(shownBy) as (keyof typeof shownBy)[]

/** Opens a view by its link and waits until it shows something. */
export async function clickView(page: Page, view: keyof typeof shownBy): Promise<void> {
  await page.getByTestId(`nav-${view}`).click()
  await page.locator(shownBy[view]).first().waitFor()
}

/** It makes no requests of its own. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']

/** A way to open pages in the one browser of a test file. */
export type OpenPage = (url: string, options?: PageOptions) => Promise<Page>

/**
 * Declares the browser of a test file. Each page has its own context, and is closed after the test, which fails when the
 * page has thrown, has written an error or a violation of its policy to its console, or has asked another host.
 */
export function useBrowser(): OpenPage {
  let browser: Promise<Browser> | undefined
  afterAll(async () => {
    await (await browser)?.close()
    browser = undefined
  })
  return async (url, { expected, ...options } = {}) => {
    browser ??= chromium.launch({ executablePath: run('which', ['chromium']).output.trim(), args })
    const context = await (await browser).newContext({ locale: 'en-US', colorScheme: 'light', ...options })
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error.stack)))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !expected?.test(message.text()))
        problems.push(message.text())
    })
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol.startsWith('http') && origin !== new URL(url).origin) problems.push(`asked ${request.url()}`)
    })
    onTestFinished(async () => {
      await context.close()
      expect(problems).toStrictEqual([])
    })
    await page.goto(url)
    return page
  }
}

/** Opens a view of the console and waits until it is connected. */
export async function openView(open: OpenPage, url: string, view: string, options?: PageOptions): Promise<Page> {
  const page = await open(`${url}/_emulator/#/${view}`, options)
  await page.locator('[data-testid=connection].good').waitFor()
  return page
}

/** Fills fields of the dialog, sends it, and waits until it is closed. */
export async function submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  await fill(page, fields)
  await page.locator('dialog').last().getByTestId('submit').click()
  await page.locator('dialog').waitFor({ state: 'detached' })
}

/** Fills fields of the dialog. */
export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) await page.getByTestId(`field-${name}`).fill(text)
}

/** Closes the dialog by the keyboard. */
export async function closeDialog(page: Page): Promise<void> {
  const dialogs = page.locator('dialog')
  const count = await dialogs.count()
  await page.keyboard.press('Escape')
  await expect.poll(() => dialogs.count()).toBe(count - 1)
}
