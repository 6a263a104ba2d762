/** Thrown at a request that waits when its caller hangs up; nobody is left to answer. Like `ShuttingDown` no bug. */
export class CallerGone extends Error {
  constructor() {
    super('The caller has gone.')
  }
}
