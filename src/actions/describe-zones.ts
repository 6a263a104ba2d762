import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { regions } from './regions.ts'
import { listOf, text, totalCount } from './shared.ts'

/** Lists the zones of the Region of the request, or of all regions when it has none. */
export const describeZones = defineAction({
  name: 'DescribeZones',
  summary: { en: 'Lists a few of the real zones of a region.', zh: '查询可用区列表（仅含部分可用区）。' },
  only: '3.0',
  params: {},
  response: {
    TotalCount: totalCount,
    ZoneSet: listOf('The zones.', 'A zone.', {
      Zone: text('Its code.'),
      ZoneName: text('Its name.'),
      ZoneId: text('Its number.'),
      ZoneState: text('AVAILABLE.'),
    }),
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
