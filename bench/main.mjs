// npm run bench: every figure of docs/performance.md, measured on this machine in one run. Prints them, writes results.json.
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { pooledCreates, throughput } from './against-bare.mjs'
import { underCreates } from './event-loop.mjs'
import { coldStart, oneByOne, sustained } from './generation.mjs'
import { baselines, figures } from './labels.mjs'
import { firstCreate, idle, memoryAfterCreates, startTimes } from './process-figures.mjs'
import { requestCosts } from './request-cost.mjs'
import { storeSize } from './store-size.mjs'

const begun = performance.now()
const [loadBefore] = loadavg()
const rows = []
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const times = (value) => `${value.toFixed(2)}×`
const perSecond = (value) => `${value < 1000 ? value.toFixed(1) : Math.round(value).toLocaleString('en')}/s`

/** A figure of the emulator; its baseline and how they compare, with the spread of the rounds; and the target. */
function row(id, ours, { beside = 'nothing', than = '', compared = '', spread = null, limit = '' } = {}) {
  rows.push({ id, ours, beside, than, compared, spread, limit })
  const told = [figures[id], ours, `${baselines[beside]} ${than}`.trim(), compared, limit]
  process.stdout.write(`${told.filter(Boolean).join(' | ')}\n`)
}

/** The row of a comparison whose sides `show` writes. */
function compared(id, { ours, bare, ratio, spread }, beside, show, limit) {
  row(id, show(ours), { beside, than: show(bare), compared: times(ratio), spread, limit })
}

for (const [bits, [milliseconds, limit]] of Object.entries({
  1024: [1500, '≥ 1.2×'],
  2048: [3000, '≥ 1.2×'],
  4096: [4000, '≥ 2.5×'],
})) {
  const result = await sustained(Number(bits), milliseconds)
  compared(`fresh${bits}`, result, 'generator', ({ perSecond: rate }) => perSecond(rate), limit)
}
compared('oneByOne', await oneByOne(2048, 60), 'oneKey', ({ p50 }) => ms(p50), '≤ 0.5×')
compared('cold', await coldStart(2048), 'generator', ({ seconds }) => `${seconds.toFixed(2)} s`, '≤ 0.8×')
row('firstCreate', ms(await firstCreate()), { limit: '≤ 50 ms' })
const loop = await underCreates(2048)
row('stall', ms(loop.stall), { limit: '< 15 ms' })
row('loopP99', ms(loop.p99))

compared('start', await startTimes(), 'fastify', ms, '≤ 1.1×')
const { ours, bare } = await idle()
const fastify = (than, difference, limit) => ({ beside: 'fastify', than, compared: difference, limit })
const more = `+ ${(ours.cpuSeconds - bare.cpuSeconds).toFixed(2)} s`
row('cpu', `${ours.cpuSeconds.toFixed(2)} s`, fastify(`${bare.cpuSeconds.toFixed(2)} s`, more, '≤ + 0.3 s'))
row('idleMemory', `${ours.megabytes.toFixed(0)} MB`, fastify(`${bare.megabytes.toFixed(0)} MB`, '', '≤ 85 MB'))
row('memory', `${(await memoryAfterCreates()).toFixed(0)} MB`)

const costLimits = { describeCost: '≤ 5×', signedCost: '≤ 8×' }
for (const [id, cost] of Object.entries(await requestCosts())) {
  compared(id, cost, 'silentRoute', (value) => `${value.toFixed(0)} µs`, costLimits[id])
}
compared('described', await throughput(), 'route', ({ perSecond: rate }) => perSecond(rate))
compared('pooled', await pooledCreates(), 'route', ({ p50 }) => ms(p50))

for (const [kind, { small, large, deep }] of Object.entries(await storeSize())) {
  const beside = { beside: 'thousand', than: ms(small) }
  // The last page is behind all others, and a part of a name may be in any name of the account
  const limits = { 'last page': ['', ''], 'Describe by name': ['≤ 1.15×', ''] }[kind] ?? ['≤ 1.15×', '≤ 1.5×']
  row(`${kind} large`, ms(large), { ...beside, compared: times(large / small), limit: limits[0] })
  row(`${kind} deep`, ms(deep), { ...beside, compared: times(deep / small), limit: limits[1] })
}

const seconds = Math.round((performance.now() - begun) / 1000)
const machine = `${availableParallelism()} cores of ${cpus()[0].model.trim()}`
const date = new Date().toISOString().slice(0, 10)
const measured = { date, node: process.version, machine, loadBefore: Number(loadBefore.toFixed(1)), seconds }
writeFileSync(new URL('./results.json', import.meta.url), `${JSON.stringify({ ...measured, rows }, null, 2)}\n`)
process.stdout.write(`${machine}, Node ${process.version}, load ${loadBefore.toFixed(1)} before, ${seconds} s in all\n`)
