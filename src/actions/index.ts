import type { Action } from '../core/action.js'
import { createKeyPair } from './create-key-pair.js'

/** What the emulator can do. */
export const actions: readonly Action[] = [createKeyPair]
