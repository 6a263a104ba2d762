/** What each figure is, in the languages of the READMEs. */
export const figures = {
  pooledP50: { en: 'create, pool of 500, one after another, p50', zh: '创建，池中 500 个密钥，逐个进行，p50' },
  pooledP99: { en: 'the same, p99', zh: '同上，p99' },
  duplicate: { en: 'refused duplicate name', zh: '名称重复被拒绝' },
  described: { en: 'DescribeKeyPairs by id', zh: '按 ID 的 DescribeKeyPairs' },
  lean: { en: 'the same, sent by raw sockets that cost nothing', zh: '同上，由几乎零开销的原始套接字发送' },
  signed: { en: 'the same, signed, `--auth strict`', zh: '同上，带签名，`--auth strict`' },
  fresh1024: { en: 'creates without a pool, 1024 bits', zh: '无池持续创建，1024 位' },
  fresh2048: { en: 'creates without a pool, 2048 bits', zh: '无池持续创建，2048 位' },
  cold1024: { en: '100 creates at once right after the start, 1024 bits', zh: '刚启动即同时创建 100 个，1024 位' },
  cold2048: { en: 'the same, 2048 bits', zh: '同上，2048 位' },
  recombined: {
    en: '`--key-source recombined`, 2048 bits, keys that share primes, 10 s',
    zh: '`--key-source recombined`，2048 位，共用素数的密钥，持续 10 秒',
  },
  recombinedRaw: { en: 'the same', zh: '同上' },
  loopP99: {
    en: 'DescribeKeyPairs while 200 clients wait for keys, p99',
    zh: '200 个客户端等待密钥时的 DescribeKeyPairs，p99',
  },
  stall: { en: 'longest stall of the event loop meanwhile', zh: '其间事件循环的最长停顿' },
  start: { en: 'start to ready', zh: '从启动到就绪' },
  cpu: { en: 'processor time in the first 10 s', zh: '前 10 秒的 CPU 时间' },
  idleMemory: { en: 'memory, idle', zh: '空闲内存' },
  memory: { en: 'memory after 10,000 creates', zh: '创建 10,000 个密钥对后的内存' },
  fileMemory: { en: 'the same with `--data`', zh: '同上，使用 `--data`' },
  ...Object.fromEntries(
    [
      ['create', 'create', '创建'],
      ['duplicate name', 'refused duplicate name', '名称重复被拒绝'],
      ['Describe by id', 'DescribeKeyPairs by id', '按 ID 查询'],
      ['Describe by name', 'DescribeKeyPairs by name', '按名称查询'],
      ['first page', 'first page', '第一页'],
      ['last page', 'last page', '最后一页'],
    ].flatMap(([kind, en, zh]) => [
      [
        `${kind} large`,
        { en: `${en}, 1,000,000 key pairs in 10,000 accounts`, zh: `${zh}，10,000 个账号共 1,000,000 个密钥对` },
      ],
      [`${kind} deep`, { en: `${en}, 10,000 key pairs in one account`, zh: `${zh}，一个账号 10,000 个密钥对` }],
    ]),
  ),
}

/** What a figure stands beside. */
export const besides = {
  route: { en: 'bare Fastify route', zh: '裸 Fastify 路由' },
  fastify: { en: 'bare Fastify', zh: '裸 Fastify' },
  generator: { en: 'Node’s generator alone', zh: '单独的 Node 生成器' },
  thousand: { en: '1,000 key pairs', zh: '1,000 个密钥对' },
  nothing: { en: '', zh: '' },
}

const heads = {
  en: ['', 'here', 'beside', 'compared', 'limit'],
  zh: ['', '实测', '对照', '比较', '界限'],
}

const missed = { en: ', missed', zh: '，未达到' }

/** Whether a figure such as `0.38×`, `+ 0.83 s` or `151 MB` is beyond a limit such as `≥ 0.45×`, in the same unit. */
function isMissed(figure, limit) {
  const [, sign, bound] = /^([≥≤<]) (?:\+ )?([\d.]+)/.exec(limit) ?? []
  const measured = Number.parseFloat(figure.replace(/^\+ /, '').replaceAll(',', ''))
  if (sign === '≥') return measured < Number(bound)
  return sign === '≤' ? measured > Number(bound) : sign === '<' && measured >= Number(bound)
}

/** The figures of a run as a table for a README, with where and when. */
export function benchTable({ date, node, machine, rows }, language) {
  const lines = rows.map(({ id, ours, beside, than, compared, limit }) => {
    const [figure, what] = [figures[id][language], besides[beside][language]]
    return [
      figure,
      ours,
      `${what} ${than}`.trim(),
      compared,
      isMissed(compared || ours, limit) ? limit + missed[language] : limit,
    ]
  })
  const table = [heads[language], heads[language].map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  const where = {
    en: `Measured by \`npm run bench\` on ${date}: ${machine}, Node ${node}.`,
    zh: `由 \`npm run bench\` 于 ${date} 测得：${machine}，Node ${node}。`,
  }
  return `${where[language]}\n\n${table.join('\n')}`
}
