import { useMemo } from 'preact/hooks'
import type { Entry } from '../stream.ts'
import { fill, texts } from '../texts.ts'

export const outcomes = ['success', 'error', 'byRule'] as const
export const outcomeClass = { success: 'good', error: 'bad', byRule: 'warn' } as const

/** How a request ended: `byRule` when a rule replaced its answer. The rule of --latency only delays. */
export function outcomeOf({ code, faults }: Entry): (typeof outcomes)[number] {
  if (code === 'Success') return 'success'
  return /^(HTTP|Dropped) /.test(code) || faults.some((id) => id !== 'latency') ? 'byRule' : 'error'
}

export const formatMs = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`)

/** The lowest line, as a power of ten in milliseconds. */
const lowest = -1

/** Latency against time. One path per outcome draws thousands of requests as fast as a few. */
export function Timeline({ entries }: { readonly entries: readonly Entry[] }) {
  const { paths, powers, heightOf, counts, ...values } = useMemo(() => plot(entries), [entries])
  const legend = outcomes.map((name) => `${texts[name]} ${counts[name]}`)
  return (
    <figure data-testid="timeline">
      <svg
        width="100%"
        height="140"
        role="img"
        aria-label={`${fill(texts.timeline, { count: entries.length, ...values })} ${legend.join(', ')}`}
      >
        {powers.map((power) => (
          <text key={power} y={`${heightOf(10 ** power)}%`} dy="4" font-size="12" fill="currentColor">
            {formatMs(10 ** power)}
          </text>
        ))}
        <svg x="56" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path
            stroke="currentColor"
            stroke-opacity="0.2"
            d={powers.map((power) => `M0 ${heightOf(10 ** power)}h100`).join('')}
          />
          {outcomes.map((name) => (
            <path key={name} class={outcomeClass[name]} stroke="currentColor" stroke-width="5" d={paths[name]} />
          ))}
        </svg>
      </svg>
      <figcaption class="row">
        {outcomes.map((name, index) => (
          <span key={name} class={outcomeClass[name]}>
            ● {legend[index]}
          </span>
        ))}
        <small>{`${values.start} – ${values.end}`}</small>
      </figcaption>
    </figure>
  )
}

function plot(entries: readonly Entry[]) {
  const times = entries.map(({ time }) => Date.parse(time))
  const sorted = entries.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
  const [start, end] = [Math.min(...times), Math.max(...times)]
  const max = sorted.at(-1) ?? 0
  const highest = Math.max(2, Math.ceil(Math.log10(max)))
  const heightOf = (ms: number) => 95 - (90 * (Math.log10(Math.max(ms, 10 ** lowest)) - lowest)) / (highest - lowest)
  const paths = { success: '', error: '', byRule: '' }
  const counts = { success: 0, error: 0, byRule: 0 }
  for (const [index, entry] of entries.entries()) {
    const x = end > start ? 1 + (98 * ((times[index] ?? start) - start)) / (end - start) : 50
    const outcome = outcomeOf(entry)
    counts[outcome]++
    paths[outcome] += `M${x.toFixed(2)} ${heightOf(entry.durationMs).toFixed(1)}h.01`
  }
  const powers = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index)
  const [from, to] = [start, end].map((time) => new Date(time).toLocaleTimeString())
  const median = formatMs(sorted[sorted.length >> 1] ?? 0)
  return { paths, counts, heightOf, powers, start: from ?? '', end: to ?? '', median, max: formatMs(max) }
}
