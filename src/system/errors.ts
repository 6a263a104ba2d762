/** A mistake that whoever starts the emulator can mend; its message says what to do. The process exits with 2. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Of what somebody asked of a running emulator, and may ask again in another way. */
export class InvalidInputError extends OperatorError {}
/** Thrown at a request that waits when the emulator closes; the one throw that is not a bug. */
export class ShuttingDown extends Error {
  constructor() {
    super('The emulator is shutting down.')
  }
}

/** Thrown at a request that waits when its caller hangs up; nobody is left to answer. Like `ShuttingDown` it is no bug. */
export class CallerGone extends Error {
  constructor() {
    super('The caller has gone.')
  }
}
