import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { places } from './places.ts'
import { totalCount } from './shared.ts'

/** The zones of the caller's Region, or without one of all; none of a region that is not listed. */
export const describeZones = defineAction({
  name: 'DescribeZones',
  summary: { en: 'Lists a few of the real zones of a region.', zh: '查询可用区列表（仅含部分可用区）。' },
  only: '3.0',
  params: {},
  response: {
    TotalCount: totalCount,
    ZoneSet: {
      type: 'array',
      description: 'The zones.',
      items: {
        type: 'object',
        description: 'A zone.',
        fields: {
          Zone: { type: 'string', description: 'Its code.' },
          ZoneName: { type: 'string', description: 'Its name.' },
          ZoneId: { type: 'string', description: 'Its number.' },
          ZoneState: { type: 'string', description: 'AVAILABLE.' },
        },
      },
    },
  },
  errors: [],
  '3.0': { errors: ['InternalServerError'] },
  example: {},

  handle({ region: wanted }) {
    const zones = places
      .filter(({ region }) => wanted === undefined || region === wanted)
      .flatMap((place) => place.zones)
    return ok({
      TotalCount: zones.length,
      ZoneSet: zones.map(({ zone, name, id }) => ({ Zone: zone, ZoneName: name, ZoneId: id, ZoneState: 'AVAILABLE' })),
    })
  },
})
