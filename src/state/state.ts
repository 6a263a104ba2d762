import { maxDocumentDepth } from '../rules/rule.ts'
import { CallerGone, ShuttingDown } from '../system/errors.ts'
import { copyJson } from '../system/json.ts'
import { exportPieces, exportState, type StateParts } from './export.ts'
import type { Fixture } from './fixture.ts'
import type { LoadParts } from './load.ts'

/** Everything that the emulator has, as a document. */
export interface State {
  export(): Fixture
  /** The JSON of the same document in pieces. */
  exportPieces(): Iterable<string>
  /** Replaces everything by a document. Errors as `loadState`. */
  import(document: unknown): Promise<void>
  /** The same for the bytes of its JSON, which are removed from `chunks`. CallerGone when `gone` is aborted. */
  importBytes(chunks: Uint8Array[], gone: AbortSignal): Promise<void>
}

interface Parts extends StateParts, LoadParts {
  /** Aborted when the emulator closes. */
  readonly closing: { readonly signal: AbortSignal }
}

export function createState(parts: Parts): State {
  const closing = parts.closing.signal
  const importBytes = async (chunks: Uint8Array[], gone?: AbortSignal) => {
    const ended = new AbortController()
    for (const signal of [closing, ...(gone ? [gone] : [])]) {
      const end = () => ended.abort(signal === closing ? new ShuttingDown() : new CallerGone())
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true, signal: ended.signal })
    }
    try {
      // Loaded at the first import, so that the emulator is ready sooner
      const { loadState } = await import('./load.ts')
      await loadState(parts, chunks, ended.signal)
    } finally {
      ended.abort()
    }
  }
  return {
    export: () => exportState(parts),
    exportPieces: () => exportPieces(parts),
    import: async (document) =>
      importBytes([Buffer.from(JSON.stringify(copyJson(document, 'state: ', maxDocumentDepth)))]),
    importBytes,
  }
}
