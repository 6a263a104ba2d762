/** What each figure measures. */
export const figures = {
  pooledP50: 'CreateKeyPair from a pool of 500 keys, one request at a time, p50',
  pooledP99: 'CreateKeyPair from a pool of 500 keys, one request at a time, p99',
  describeCost: 'user CPU time of DescribeKeyPairs by id, among 1,000 key pairs',
  signedCost: 'user CPU time of DescribeKeyPairs by id, signed, `--auth strict`',
  duplicateCost: 'user CPU time of CreateKeyPair refused for a duplicate name',
  described: 'DescribeKeyPairs by id, 16 connections',
  fresh1024: 'CreateKeyPair without a pool, 1024 bits',
  fresh2048: 'CreateKeyPair without a pool, 2048 bits',
  cold1024: '100 CreateKeyPair requests at once right after the start, 1024 bits',
  cold2048: '100 CreateKeyPair requests at once right after the start, 2048 bits',
  recombined: 'CreateKeyPair with `--key-source recombined`, 2048 bits',
  recombinedRaw: 'CreateKeyPair with `--key-source recombined`, 2048 bits',
  loopP99: 'DescribeKeyPairs while 200 clients wait for keys, p99',
  stall: 'longest event loop stall while 200 clients wait for keys',
  start: 'start until ready',
  cpu: 'CPU time in the first 10 s',
  idleMemory: 'memory when idle',
  memory: 'memory after 10,000 CreateKeyPair requests',
  fileMemory: 'memory after 10,000 CreateKeyPair requests with `--data`',
  ...Object.fromEntries(
    [
      ['create', 'CreateKeyPair'],
      ['duplicate name', 'CreateKeyPair refused for a duplicate name'],
      ['Describe by id', 'DescribeKeyPairs by id'],
      ['Describe by name', 'DescribeKeyPairs by name'],
      ['first page', 'DescribeKeyPairs, first page'],
      ['last page', 'DescribeKeyPairs, last page'],
    ].flatMap(([kind, action]) => [
      [`${kind} large`, `${action}, 1,000,000 key pairs in 10,000 accounts`],
      [`${kind} deep`, `${action}, 10,000 key pairs in one account`],
    ]),
  ),
}

/** What a figure is compared with. */
export const baselines = {
  route: 'bare Fastify route',
  fastify: 'bare Fastify server',
  generator: 'Node’s key generator',
  thousand: '1,000 key pairs in 10 accounts',
  nothing: '',
}

const heading = ['Measurement', 'Emulator', 'Baseline', 'Ratio or difference', 'Target']

/** Whether a figure such as `0.38×`, `+ 0.83 s` or `151 MB` misses a target such as `≥ 0.45×`, in the same unit. */
function isMissed(figure, target) {
  const [, sign, bound] = /^([≥≤<]) (?:\+ )?([\d.]+)/.exec(target) ?? []
  const measured = Number.parseFloat(figure.replace(/^\+ /, '').replaceAll(',', ''))
  if (sign === '≥') return measured < Number(bound)
  return sign === '≤' ? measured > Number(bound) : sign === '<' && measured >= Number(bound)
}

/** The figures of a run as a table for docs/performance.md, with where and when they were measured. */
export function benchTable({ date, node, machine, rows }) {
  const lines = rows.map(({ id, ours, beside, than, compared, limit }) => [
    figures[id],
    ours,
    than === '' ? '' : `${baselines[beside]}: ${than}`,
    compared,
    isMissed(compared || ours, limit) ? `${limit}, missed` : limit,
  ])
  const table = [heading, heading.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  return `Measured by \`npm run bench\` on ${date}: ${machine}, Node ${node}.\n\n${table.join('\n')}`
}
