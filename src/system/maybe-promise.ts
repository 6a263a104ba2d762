/** A value, or a promise of one: what need not wait is answered in the same turn of the event loop. */
export type Soon<T> = T | Promise<T>

export const afterwards = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  value instanceof Promise ? value.then(next) : next(value)
