import { existsSync, readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { lazy } from '../system/lazy.ts'

/** The files of the page and their types. */
const types = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'conformance.md': 'text/plain; charset=utf-8',
} as const

type Files = Readonly<Record<keyof typeof types, string>>

/** Nothing comes from another host, nothing is inline, and no page may frame this one. */
const policy = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'connect-src', 'img-src'].map((kind) => `${kind} 'self'`),
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The page of `GET /_emulator/` and its files. They need no token: the page asks for it. */
export function consoleRoutes(app: FastifyInstance): void {
  const files = lazy(readFiles)
  for (const [name, type] of Object.entries(types) as [keyof Files, string][]) {
    const url = name === 'index.html' ? '/' : `/console/${name}`
    app.get(url, { prefixTrailingSlash: 'slash' }, async (_request, reply) =>
      reply.headers({ ...headers, 'content-type': type }).send((await files())[name]),
    )
  }
  // The files have relative addresses
  app.get('', (_request, reply) => reply.redirect(`${app.prefix}/`))
}

/** The package has them built, in one small file; a checkout bundles them at the first request. */
async function readFiles(): Promise<Files> {
  const built = new URL('console.json.br', import.meta.url)
  if (existsSync(built)) return JSON.parse(brotliDecompressSync(readFileSync(built)).toString())
  const bundler = new URL('../../scripts/bundle-console.mjs', import.meta.url).href
  // biome-ignore lint/plugin: no path of a module, because the package has no such file
  const { bundleConsole } = await import(bundler)
  return bundleConsole()
}

const paths = new Set(
  ['', '/', ...Object.keys(types).map((name) => `/console/${name}`)].map((path) => `/_emulator${path}`),
)

/** Whether a URL is one of the page or its files. */
export const isConsole = (url: string): boolean => paths.has(url.split('?')[0] ?? '')
