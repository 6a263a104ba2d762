import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { regionOf, regions } from '../core/regions.ts'
import { availability, listOf, text, totalCount } from './shared.ts'

/** Lists the zones of the Region of the request, or of all regions when it has none. */
export const describeZones = defineAction({
  name: 'DescribeZones',
  summary: { en: 'Lists the zones of a region.', zh: '查询可用区列表。' },
  params: {},
  response: {
    TotalCount: totalCount,
    ZoneSet: listOf('The zones.', 'A zone.', {
      Zone: text('Its code.'),
      ZoneName: text('Its name.'),
      ZoneId: text('Its number.'),
      ZoneState: text('AVAILABLE, or UNAVAILABLE when it is sold out.'),
    }),
  },
  errors: [],
  '3.0': { errors: ['InternalServerError'] },
  example: {},

  handle({ region, language }) {
    const zones = region === undefined ? regions.flatMap((one) => one.zones) : (regionOf(region)?.zones ?? [])
    return ok({
      TotalCount: zones.length,
      ZoneSet: zones.map((zone) => ({
        Zone: zone.zone,
        ZoneName: zone[language],
        ZoneId: zone.id,
        ZoneState: availability(zone),
      })),
    })
  },
})
