/** A mistake that the operator can correct; its message says how. The process exits with 2. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

/** Invalid input to a running emulator, through the control interface or the object of `startEmulator`. */
export class InvalidInputError extends OperatorError {}

/** Input that names something that is not there. */
export class NotFoundError extends InvalidInputError {}

/** A change that is not possible any longer, because of another one. */
export class ConflictError extends InvalidInputError {}

/** Rejects a request that is waiting when the emulator closes; not a bug. */
export class ShuttingDown extends Error {
  constructor() {
    super('The emulator is shutting down.')
  }
}

/** Rejects a request whose client hangs up while it is waiting; no response can be sent. Like `ShuttingDown` not a bug. */
export class CallerGone extends Error {
  constructor() {
    super('The caller has gone.')
  }
}

/** The message of an Error, or any other thrown value as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
