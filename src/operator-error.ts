/** A mistake that whoever starts the emulator can mend; its message says what to do. The process exits with 2. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Of what somebody asked of a running emulator, and may ask again in another way. */
export class RefusedInput extends OperatorError {}
