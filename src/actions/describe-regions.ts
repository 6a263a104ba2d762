import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { regions } from '../core/regions.ts'
import { availability, listOf, text, totalCount } from './shared.ts'

/** Terraform and Packer check their region before their first other call (docs/behaviour.md#regions-and-zones). */
export const describeRegions = defineAction({
  name: 'DescribeRegions',
  summary: { en: 'Lists the regions.', zh: '查询地域列表。' },
  needsRegion: false,
  params: {},
  response: {
    TotalCount: totalCount,
    RegionSet: listOf('The regions.', 'A region.', {
      Region: text('Its code.'),
      RegionName: text('Its name.'),
      RegionState: text('AVAILABLE, or UNAVAILABLE when it is closed.'),
    }),
  },
  errors: [],
  '3.0': { errors: ['InternalServerError'] },
  example: {},

  handle: ({ language }) =>
    ok({
      TotalCount: regions.length,
      RegionSet: regions.map((region) => ({
        Region: region.id,
        RegionName: region[language],
        RegionState: availability(region),
      })),
    }),
})
