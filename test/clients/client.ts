import type { Api } from './scenario.ts'

/** How a client reaches the emulator: at the emulator's own address, at its own host through the proxy, or by HTTPS. */
export type Way = 'endpoint' | 'proxy' | 'tls'

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** The version of a client, and for each step `passed` or what was different. */
export interface Outcome {
  readonly version: string
  readonly steps: Readonly<Record<string, string>>
}

/** Where a client finds the emulator. */
export interface Place {
  readonly way: Way
  readonly url: string
  readonly ca: string | undefined
}

/** A published client, and the program in this folder that performs the scenario with it. */
export interface Client {
  readonly name: string
  readonly language: string
  readonly api: Api
  readonly ways: readonly Way[]
  /** Programs of the system that it needs. */
  readonly tools: readonly string[]
  /** What `npm run clients` must install: a Python package, or the packages of a project in this folder. */
  readonly install?: { readonly pip: string } | { readonly project: 'go' | 'java' }
  /** Why a step differs, which is a matter of the client. */
  readonly notes?: Readonly<Record<string, string>>
  /** For a client that cannot be told what to call: it is run in this folder, and the journal shows what it called. */
  perform?(folder: string): Promise<Outcome>
  /** `installed` is the folder into which its packages were installed. */
  command?(installed: string): Command
  /** Variables that it needs beside those of `exec --with-proxy`; `ca` is a file if the way needs it. */
  variables?(place: Place): Readonly<Record<string, string>>
}
