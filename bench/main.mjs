// npm run bench: every figure of docs/performance.md, measured on this machine in one run. Prints a table, writes results.json.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pooledCreates, throughput } from './against-bare.mjs'
import { underCreates } from './event-loop.mjs'
import { coldStart, sustainedFresh, sustainedRecombined } from './generation.mjs'
import { baselines, figures } from './labels.mjs'
import { idle, memoryAfterCreates, startTimes } from './process-figures.mjs'
import { requestCosts } from './request-cost.mjs'
import { storeSize } from './store-size.mjs'

const begun = performance.now()
const rows = []
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const times = (value) => `${value.toFixed(2)}×`
const perSecond = (value) => `${Math.round(value).toLocaleString('en')}/s`

/** A figure of the emulator, the baseline and its value, how they compare, and the target. */
function row(id, ours, { beside = 'nothing', than = '', compared = '', limit = '' } = {}) {
  rows.push({ id, ours, beside, than, compared, limit })
  const told = [figures[id], ours, `${baselines[beside]} ${than}`.trim(), compared, limit]
  process.stdout.write(`${told.filter(Boolean).join(' | ')}\n`)
}

const pooled = await pooledCreates()
const route = (than, compared, limit) => ({ beside: 'route', than, compared, limit })
row('pooledP50', ms(pooled.ours.p50), route(ms(pooled.bare.p50), times(pooled.ratio), '≤ 2×'))
row('pooledP99', ms(pooled.ours.p99), route(ms(pooled.bare.p99)))

const costLimits = { describeCost: '≤ 5×', signedCost: '≤ 8×' }
for (const [id, { ours, bare, ratio, lowest, highest }] of Object.entries(await requestCosts())) {
  const spread = `${times(ratio)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})`
  row(id, `${ours.toFixed(0)} µs`, route(`${bare.toFixed(0)} µs`, spread, costLimits[id]))
}
const rate = await throughput()
const told = ({ perSecond: calls, p50, p99 }) => `${perSecond(calls)} (p50 ${ms(p50)}, p99 ${ms(p99)})`
row('described', told(rate.ours), route(told(rate.bare), times(rate.ratio)))

for (const [bits, milliseconds] of Object.entries({ 1024: 2000, 2048: 6000 })) {
  const { ours, bare: raw, ratio } = await sustainedFresh(Number(bits), milliseconds)
  const than = `${raw.perSecond.toFixed(1)}/s`
  row(`fresh${bits}`, `${ours.perSecond.toFixed(1)}/s`, {
    beside: 'generator',
    than,
    compared: times(ratio),
    limit: '≥ 0.9×',
  })
}
for (const bits of [1024, 2048]) row(`cold${bits}`, `${(await coldStart(bits)).toFixed(2)} s`)

const { ours: shared, bare: route16, raw, ratio, timesRaw } = await sustainedRecombined()
row('recombined', perSecond(shared.perSecond), route(perSecond(route16.perSecond), times(ratio), '≥ 0.08×'))
const generator = { beside: 'generator', than: `${raw.toFixed(1)}/s` }
row('recombinedRaw', perSecond(shared.perSecond), { ...generator, compared: times(timesRaw), limit: '≥ 50×' })

const loop = await underCreates(2048)
row('loopP99', ms(loop.p99), { limit: '< 20 ms' })
row('stall', ms(loop.stall), { limit: '< 20 ms' })

for (const [kind, { small, large, deep }] of Object.entries(await storeSize())) {
  const beside = { beside: 'thousand', than: ms(small) }
  // The last page is behind all others, and a part of a name may be in any name of the account
  const limits = { 'last page': ['', ''], 'Describe by name': ['≤ 1.2×', ''] }[kind] ?? ['≤ 1.2×', '≤ 1.5×']
  row(`${kind} large`, ms(large), { ...beside, compared: times(large / small), limit: limits[0] })
  row(`${kind} deep`, ms(deep), { ...beside, compared: times(deep / small), limit: limits[1] })
}

const started = await startTimes()
const fastify = (than, compared, limit) => ({ beside: 'fastify', than, compared, limit })
row('start', ms(started.ours), fastify(ms(started.bare), times(started.ratio), '≤ 1.1×'))
const { ours, bare } = await idle()
const more = `+ ${(ours.cpuSeconds - bare.cpuSeconds).toFixed(2)} s`
row('cpu', `${ours.cpuSeconds.toFixed(2)} s`, fastify(`${bare.cpuSeconds.toFixed(2)} s`, more, '≤ + 0.8 s'))
row('idleMemory', `${ours.megabytes.toFixed(0)} MB`, fastify(`${bare.megabytes.toFixed(0)} MB`, '', '≤ 85 MB'))
row('memory', `${(await memoryAfterCreates()).toFixed(0)} MB`, { limit: '< 150 MB' })
const folder = mkdtempSync(join(tmpdir(), 'cvm-emulator-bench-'))
row('fileMemory', `${(await memoryAfterCreates(folder)).toFixed(0)} MB`, { limit: '< 150 MB' })
rmSync(folder, { recursive: true })

const machine = `${availableParallelism()} cores of ${cpus()[0].model.trim()}`
const measured = { date: new Date().toISOString().slice(0, 10), node: process.version, machine }
writeFileSync(new URL('./results.json', import.meta.url), `${JSON.stringify({ ...measured, rows }, null, 2)}\n`)
process.stdout.write(
  `${machine}, Node ${process.version}, ${Math.round((performance.now() - begun) / 1000)} s in all\n`,
)
