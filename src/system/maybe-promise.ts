/** A value, or a promise of one: what need not wait is answered in the same turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>

export const thenMaybe = <T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> =>
  value instanceof Promise ? value.then(next) : next(value)
