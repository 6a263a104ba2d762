import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { regions } from './regions.ts'
import { totalCount } from './shared.ts'

/** Lists the zones of the Region of the request, or of all regions when it has none. */
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

  handle({ region: requested }) {
    const zones = regions
      .filter(({ region }) => requested === undefined || region === requested)
      .flatMap((region) => region.zones)
    return ok({
      TotalCount: zones.length,
      ZoneSet: zones.map(({ zone, name, id }) => ({ Zone: zone, ZoneName: name, ZoneId: id, ZoneState: 'AVAILABLE' })),
    })
  },
})
