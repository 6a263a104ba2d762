/** Thrown at a request that waits when the emulator closes; the one throw that is not a bug. */
export class ShuttingDown extends Error {
  constructor() {
    super('The emulator is shutting down.')
  }
}
