/** How long anything may be asked to wait, in milliseconds: ten minutes. */
export const longestDelay = 600_000
