/** A value or a promise of one, so that work that need not wait finishes in the same turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>

/** Applies `next` to the value: synchronously, or once the promise resolves. */
export const thenMaybe = <T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> =>
  value instanceof Promise ? value.then(next) : next(value)
