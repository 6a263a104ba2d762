/** What each figure measures. */
export const figures = {
  fresh1024: 'CreateKeyPair with no key ready, 1024 bits, two clients per core',
  fresh2048: 'CreateKeyPair with no key ready, 2048 bits, two clients per core',
  fresh4096: 'CreateKeyPair with no key ready, 4096 bits, two clients per core',
  oneByOne: 'CreateKeyPair with no key ready, 2048 bits, one after the other, p50',
  cold: '100 CreateKeyPair requests at once right after the start, 2048 bits',
  firstCreate: 'first CreateKeyPair after the ready line, p50',
  stall: 'longest event loop stall while 200 clients wait for keys',
  loopP99: 'DescribeKeyPairs while 200 clients wait for keys, p99',
  start: 'start until ready',
  cpu: 'CPU time in the first 10 s',
  idleMemory: 'memory when idle',
  memory: 'memory after 1,000 CreateKeyPair requests',
  describeCost: 'user CPU time of DescribeKeyPairs by id, among 1,000 key pairs',
  signedCost: 'user CPU time of DescribeKeyPairs by id, signed, `--auth strict`',
  described: 'DescribeKeyPairs by id, 16 connections',
  pooled: 'CreateKeyPair with keys ready, one request at a time, p50',
  ...Object.fromEntries(
    [
      ['import', 'ImportKeyPair'],
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
  silentRoute: 'bare Fastify route without a log',
  fastify: 'bare Fastify server',
  generator: 'Node’s key generator on all cores',
  oneKey: 'one key of Node’s key generator',
  thousand: '1,000 key pairs in 10 accounts',
  nothing: '',
}

const heading = ['Measurement', 'Emulator', 'Baseline', 'Ratio or difference', 'Spread', 'Target']

/** Rounds that differ by more than this part of their median say little. */
const noisy = 0.3

/** Whether a figure such as `0.38×`, `+ 0.83 s` or `151 MB` misses a target such as `≥ 0.45×`, in the same unit. */
function isMissed(figure, target) {
  const [, sign, bound] = /^([≥≤<]) (?:\+ )?([\d.]+)/.exec(target) ?? []
  const measured = Number.parseFloat(figure.replace(/^\+ /, '').replaceAll(',', ''))
  if (sign === '≥') return measured < Number(bound)
  return sign === '≤' ? measured > Number(bound) : sign === '<' && measured >= Number(bound)
}

const spreadText = (spread) =>
  spread === null ? '' : `${Math.round(100 * spread)} %${spread > noisy ? ', noisy' : ''}`

/** The figures of a run as a table for docs/performance.md, with where and when they were measured. */
export function benchTable({ date, node, machine, loadBefore, seconds, rows }) {
  const lines = rows.map(({ id, ours, beside, than, compared, spread, limit }) => [
    figures[id],
    ours,
    than === '' ? '' : `${baselines[beside]}: ${than}`,
    compared,
    spreadText(spread),
    isMissed(compared || ours, limit) ? `${limit}, missed` : limit,
  ])
  const table = [heading, heading.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  const circumstances = `${machine}, Node ${node}, load average ${loadBefore} before, ${seconds} s in all`
  return `Measured by \`npm run bench\` on ${date}: ${circumstances}.\n\n${table.join('\n')}`
}

/** Three figures of a run, for the READMEs. */
export function benchSummary({ rows }, language) {
  const [key, start, request] = ['oneByOne', 'start', 'describeCost'].map((id) => rows.find((row) => row.id === id))
  return {
    en: [
      `With no key ready, CreateKeyPair takes ${key.ours} for 2048 bits; Node’s own generator takes ${key.than} for the key alone.`,
      `The emulator is ready after ${start.ours}, a bare Fastify server after ${start.than}.`,
      `DescribeKeyPairs takes ${request.ours} of CPU time, a bare Fastify route ${request.than}.`,
    ],
    zh: [
      `没有预生成的密钥时，CreateKeyPair（2048 位）耗时 ${key.ours}；Node 自带的生成器仅生成密钥就需要 ${key.than}。`,
      `启动到就绪需要 ${start.ours}，空的 Fastify 服务需要 ${start.than}。`,
      `DescribeKeyPairs 消耗 ${request.ours} CPU 时间，空的 Fastify 路由消耗 ${request.than}。`,
    ],
  }[language]
    .map((line) => `* ${line}`)
    .join('\n')
}
