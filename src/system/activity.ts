/** Whether anybody is being served: work that can wait does so until nobody is. */
export interface Activity {
  readonly idle: boolean
  /** Somebody comes to be served. */
  enter(): void
  /** Somebody has been served. */
  leave(): void
  /** Calls `listener` each time that the last one has been served. */
  onIdle(listener: () => void): void
}

export function createActivity(): Activity {
  const listeners: (() => void)[] = []
  let served = 0
  return {
    get idle() {
      return served === 0
    },
    enter() {
      served++
    },
    leave() {
      served--
      if (served === 0) for (const listener of listeners) listener()
    },
    onIdle: (listener) => void listeners.push(listener),
  }
}
