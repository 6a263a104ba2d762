import { readFileSync } from 'node:fs'
import type { EmulatorOptions } from '../../src/emulator.ts'

export type Api = '2017-03-12' | '3.0'

/** A call that every client makes, and what it must get. */
export interface Step {
  readonly name: string
  /** What a client does in this step; its name is the subject of the sentence. */
  readonly title: string
  readonly action: string
  /** `$one` stands for a value that an earlier step saved. */
  readonly params: Readonly<Record<string, unknown>>
  /** Who signs the call: a member of `credentials`, by default `main`. */
  readonly credential?: string
  /** Variables, and the paths of their values in the answer. */
  readonly save?: Readonly<Record<string, string>>
  /** The client repeats the call after these codes. */
  readonly retryOn?: readonly string[]

  /** Only the programs above need the members above; those below are compared with what a program prints. */
  readonly only?: Api
  readonly code: string
  /** The code in 2017-03-12, if it is another one. */
  readonly code2017?: string
  /** Values in the answer by their paths; `length` is that of a list. */
  readonly facts?: Readonly<Record<string, string | number>>
  /** A rule that must have fired once. */
  readonly fires?: string
}

/** Steps that a client performs in one run of its program. */
interface Run {
  /** How far the emulator's clock is moved before the run, in milliseconds. */
  readonly advance?: number
  readonly steps: readonly Step[]
}

interface Scenario {
  readonly region: string
  readonly credentials: Readonly<Record<string, unknown>>
  /** The starting state of the emulator. */
  readonly state: NonNullable<EmulatorOptions['fixtures']>
  readonly runs: readonly Run[]
}

export const scenario: Scenario = JSON.parse(readFileSync(new URL('scenario.json', import.meta.url), 'utf8'))

/** Every step, in its order. */
export const allSteps: readonly Step[] = scenario.runs.flatMap(({ steps }) => steps)

/** The runs with the steps that this version of the API has. */
export const runsOf = (api: Api): readonly Run[] =>
  scenario.runs.map((run) => ({ ...run, steps: run.steps.filter(({ only = api }) => only === api) }))
