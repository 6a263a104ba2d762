import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { regions } from './regions.ts'
import { listOf, text, totalCount } from './shared.ts'

/** Terraform and Packer check their region before their first other call. */
export const describeRegions = defineAction({
  name: 'DescribeRegions',
  summary: { en: 'Lists a few of the real regions.', zh: '查询地域列表（仅含部分地域）。' },
  only: '3.0',
  params: {},
  response: {
    TotalCount: totalCount,
    RegionSet: listOf('The regions.', 'A region.', {
      Region: text('Its code.'),
      RegionName: text('Its name.'),
      RegionState: text('AVAILABLE.'),
    }),
  },
  errors: [],
  '3.0': { errors: ['InternalServerError'] },
  example: {},

  handle: () =>
    ok({
      TotalCount: regions.length,
      RegionSet: regions.map(({ region, name }) => ({ Region: region, RegionName: name, RegionState: 'AVAILABLE' })),
    }),
})
