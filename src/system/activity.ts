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

/** Creates an activity; the emulator's start counts as a request, which ends when it is ready. */
export function createActivity(inProgress = 0): Activity {
  const listeners: (() => void)[] = []
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
