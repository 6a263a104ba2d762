/** A state of so many accounts that were in use, each with a project of its own. */
export const largeState = (count: number) => ({
  version: 1,
  projects: [0],
  accounts: Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `account${n}`,
      { projects: [n + 1], numbers: { comment: n, creates: n } },
    ]),
  ),
})

/** Sends a state to an emulator. */
export const put = (url: string, body: string, signal?: AbortSignal) =>
  fetch(`${url}/_emulator/state`, { method: 'PUT', body, ...(signal && { signal }) })

/** How many other requests, one after another, are answered until a request is. */
export async function answeredDuring(url: string, request: Promise<unknown>): Promise<number> {
  let isDone = false
  const done = request.then(() => {
    isDone = true
  })
  for (let answered = 0; ; answered++) {
    if (isDone) return done.then(() => answered)
    await fetch(`${url}/_emulator/health`)
  }
}
