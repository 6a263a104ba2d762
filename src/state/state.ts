import { exportPieces, exportState, type StateParts } from './export.ts'
import type { Fixture } from './fixture.ts'
import type { LoadParts } from './load.ts'

/** Everything that the emulator has, as a document. */
export interface State {
  export(): Fixture
  /** The JSON of the same document in pieces. */
  exportPieces(): Iterable<string>
  /** Errors as `loadState`. */
  import(document: unknown, gone?: AbortSignal): Promise<void>
}

export const createState = (parts: StateParts & LoadParts): State => ({
  export: () => exportState(parts),
  exportPieces: () => exportPieces(parts),
  async import(document, gone) {
    // Loaded at the first import, so that the emulator is ready sooner
    const { loadState } = await import('./load.ts')
    await loadState(parts, document, gone)
  },
})
