/** Counts the requests in progress, so that background work can wait until there are none. */
export interface Activity {
  /** Whether no request is in progress. */
  readonly idle: boolean
  /** A request begins, or goes on after a pause. */
  enter(): void
  /** A request ends or pauses. */
  leave(): void
  /** Calls `listener` each time the last request in progress ends. */
  onIdle(listener: () => void): void
}

/** Creates an activity without requests in progress. */
export function createActivity(): Activity {
  const listeners: (() => void)[] = []
  let inProgress = 0
  return {
    get idle() {
      return inProgress === 0
    },
    enter() {
      inProgress++
    },
    leave() {
      inProgress--
      if (inProgress === 0) for (const listener of listeners) listener()
    },
    onIdle: (listener) => void listeners.push(listener),
  }
}
