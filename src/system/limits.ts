/** ISO 8601 with four digits cannot express times outside the years 1 to 9999. */
export const minTime = Date.parse('0001-01-01T00:00:00Z')
export const maxTime = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * The highest value of a counter, in documents and in use. A counter goes on from the value of a document, so it must end
 * far below 2^53, from where on adding 1 changes nothing.
 */
export const maxCount = 1_000_000_000_000

export const increment = (count: number): number => Math.min(count + 1, maxCount)

/** So many accounts have their requests counted; beyond that the count of the oldest begins anew. */
export const maxCountedAccounts = 10_000

/** The most credentials. Each text that is to be kept is searched for their SecretKeys. */
export const maxCredentials = 1_000

/** The most keys that are kept ready. */
export const maxPoolSize = 10_000

/** In milliseconds. A longer timer of Node expires at once. */
export const maxTimerMs = 2 ** 31 - 1
