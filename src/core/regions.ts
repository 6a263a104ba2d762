import { type RegionData, regionsWithoutCvm, regionTable } from './region-table.ts'

export interface Zone {
  readonly zone: string
  readonly zh: string
  readonly en: string
  readonly id: string
  readonly isAvailable: boolean
}

export interface Region extends Pick<RegionData, 'id' | 'zh' | 'en'> {
  readonly isAvailable: boolean
  readonly zones: readonly Zone[]
}

const ordinals = '一二三四五六七八九'

function zonesOf({ id, closed, zones }: RegionData): Zone[] {
  if (!zones) return []
  const { zh, en, count, firstId, soldOut = [] } = zones
  return Array.from({ length: count }, (_, index) => ({
    zone: `${id}-${index + 1}`,
    zh: `${zh}${ordinals[index]}区`,
    en: `${en} Zone ${index + 1}`,
    id: firstId === undefined ? '' : `${firstId + index}`,
    isAvailable: !closed && !soldOut.includes(index + 1),
  }))
}

/** The regions of CVM with their zones (docs/behaviour.md#regions-and-zones). */
export const regions: readonly Region[] = regionTable.map((data) => {
  const { id, zh, en, closed } = data
  return { id, zh, en, isAvailable: !closed, zones: zonesOf(data) }
})

/** The ids of all regions, with or without CVM. */
export const regionIds: readonly string[] = [...regions.map(({ id }) => id), ...regionsWithoutCvm]

/** The region with this id, if CVM has it. */
export const regionOf = (id: string): Region | undefined => regions.find((region) => region.id === id)

const byShortCode = new Map(regionTable.map(({ id, short }) => [short, id]))

/** The id of the region with this old short code, or the text itself. */
export const fromShortCode = (text: string): string => byShortCode.get(text) ?? text
