import { readFileSync } from 'node:fs'
import type { Client, Outcome, Way } from './client.ts'
import { clients } from './clients.ts'
import type { Api } from './scenario.ts'

interface Place {
  readonly client: string
  readonly api: Api
  readonly way: Way
}

/** What a client did in a run, or why it has not been run. */
export type Row = Place & ((Outcome & { readonly date: string }) | { readonly notRun: string })

export const conformanceFile = new URL('../../docs/conformance.json', import.meta.url)

export const readRows = (): readonly Row[] => JSON.parse(readFileSync(conformanceFile, 'utf8')).rows

export const rowOf = (rows: readonly Row[], { name, api }: Client, way: Way): Row | undefined =>
  rows.find((row) => row.client === name && row.api === api && row.way === way)

/** Every client with each of its ways. */
export const runs: readonly { readonly client: Client; readonly way: Way }[] = clients.flatMap((client) =>
  client.ways.map((way) => ({ client, way })),
)

/** The steps that passed in the committed row and do not in this one. */
export function lostSteps(before: Row | undefined, now: Outcome): string[] {
  if (!before || 'notRun' in before) return []
  const passed = Object.entries(before.steps).filter(([, outcome]) => outcome === 'passed')
  return passed.map(([step]) => step).filter((step) => now.steps[step] !== 'passed')
}
