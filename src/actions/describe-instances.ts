import { defineAction } from '../core/action.ts'
import { ok } from '../core/errors.ts'
import { filtersOf, findBadProjectId, findUnsupported, idsAndFilters } from './filters.ts'
import { describeInstance, instanceFields } from './instance.ts'
import { filterCodes, findMalformed, findUnknownZone, instanceFilters, matchesAll } from './instance-filters.ts'
import { instanceIds, listOf, pagingWith, totalCount } from './shared.ts'

const names = (apiVersion: keyof typeof instanceFilters) =>
  Object.keys(instanceFilters[apiVersion]).map((name) => `\`${name}\``)
const shared = names('2017-03-12')
const others = names('3.0').filter((name) => !shared.includes(name))

/** The codes for values of filters that 2017-03-12 does not have. */
const only30 = filterCodes.filter((code) => /^InvalidParameterValue\.|^InvalidSgId/.test(code))

/**
 * Clients that bind key pairs poll `LatestOperationState` (docs/behaviour.md#operations-in-progress). Unknown ids are left
 * out of the answer (docs/behaviour.md#instance-ids).
 */
export const describeInstances = defineAction({
  name: 'DescribeInstances',
  summary: { en: 'Lists instances with the key pairs bound to them.', zh: '查询实例及其绑定的密钥对。' },
  params: {
    InstanceIds: {
      ...instanceIds,
      description: {
        en: `${instanceIds.description.en} Not together with \`Filters\`.`,
        zh: `${instanceIds.description.zh}不能与 \`Filters\` 同时指定。`,
      },
    },
    Filters: filtersOf({
      en: `${shared.join(', ')}, in 3.0 also ${others.join(', ')}; \`instance-name\` matches a part of the name`,
      zh: `${shared.join('、')}，API 3.0 还支持 ${others.join('、')}；\`instance-name\` 匹配名称的一部分`,
    }),
    ...pagingWith('InvalidParameterValue', 'InvalidParameterValue'),
  },
  response: {
    TotalCount: totalCount,
    InstanceSet: listOf('The instances of this page.', 'An instance.', instanceFields),
  },
  errors: ['InvalidParameter', 'InvalidParameterValue', 'InvalidFilter', 'InvalidZone.MismatchRegion', ...filterCodes],
  '2017-03-12': { codes: Object.fromEntries(only30.map((code) => [code, 'InvalidParameterValue'])) },
  '3.0': {
    errors: [
      'FailedOperation.IllegalTagKey',
      'FailedOperation.IllegalTagValue',
      'FailedOperation.TagKeyReserved',
      'InternalServerError',
      'InvalidInstanceId.Malformed',
      'InvalidParameterValue.InvalidAppIdFormat',
      'InvalidParameterValue.InvalidIpFormat',
      'InvalidParameterValue.InvalidVagueName',
      'InvalidParameterValue.TagKeyNotFound',
      'InvalidSecurityGroupId.NotFound',
      'ResourceNotFound.HpcCluster',
      'UnauthorizedOperation.InvalidToken',
      'UnsupportedOperation',
    ],
    codes: { 'InvalidInstanceId.Malformed': 'InvalidParameterValue.InstanceIdMalformed' },
  },
  differences: instanceFilters,
  example: { 'InstanceIds.1': 'ins-1e4r6y8i', Offset: '0', Limit: '20' },

  handle({ namespace, region, system }, { InstanceIds, Filters, Offset, Limit }, known) {
    if (InstanceIds && Filters) return idsAndFilters('InstanceIds')
    const filters = Filters ?? []
    const instances = namespace.instances.list(region)
    const refusal =
      findUnsupported(filters, Object.keys(known)) ??
      findBadProjectId(filters) ??
      findMalformed(filters, known) ??
      findUnknownZone(filters, instances, region)
    if (refusal) return refusal
    const now = system.now()
    const matching = instances
      .filter(({ instanceId }) => !InstanceIds || InstanceIds.includes(instanceId))
      .map((instance) => describeInstance(instance, now))
      .filter((instance) => matchesAll(instance, filters, known))
    return ok({ TotalCount: matching.length, InstanceSet: matching.slice(Offset, Offset + Limit) })
  },
})
