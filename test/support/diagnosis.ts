import { expect } from 'vitest'
import type { JournalEntry, SignatureDiagnosis } from '../../src/journal/entry.ts'
import { control } from './controls.ts'

/** The last entry of the journal, over HTTP. */
export async function lastEntry(url: string): Promise<JournalEntry> {
  const { body } = await control(url, 'GET', '/journal?limit=1')
  return body.entries[0]
}

/** What follows in both texts from their first difference, which must be where `firstDifference` says. */
export function differenceOf({ expected, received, firstDifference: at }: SignatureDiagnosis): [string, string] {
  if (received === undefined || at === undefined) throw new Error('There is no difference.')
  expect(received.slice(0, at)).toBe(expected.slice(0, at))
  expect(received[at]).not.toBe(expected[at])
  return [expected.slice(at), received.slice(at)]
}
