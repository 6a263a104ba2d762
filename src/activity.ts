/** Whether anybody is being served: work that can wait does so until nobody is. */
export interface Activity {
  readonly idle: boolean
  /** Runs `work` as part of serving somebody. */
  serving<T>(work: () => Promise<T>): Promise<T>
  /** Waits, within serving, for something that needs nothing of the machine, such as a delay. */
  waiting<T>(delay: () => Promise<T>): Promise<T>
  /** Calls `listener` each time that the last one has been served. */
  onIdle(listener: () => void): void
}

export function createActivity(): Activity {
  const listeners: (() => void)[] = []
  let served = 0
  const enter = () => {
    served++
  }
  const leave = () => {
    served--
    if (served === 0) for (const listener of listeners) listener()
  }
  const between = async <T>(before: () => void, work: () => Promise<T>, after: () => void): Promise<T> => {
    before()
    try {
      return await work()
    } finally {
      after()
    }
  }
  return {
    get idle() {
      return served === 0
    },
    serving: (work) => between(enter, work, leave),
    waiting: (delay) => between(leave, delay, enter),
    onIdle: (listener) => void listeners.push(listener),
  }
}
