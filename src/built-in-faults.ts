import type { FaultRule } from './faults/fault-rule.ts'
import type { Config } from './options.ts'

/** The rules that options stand for. */
export const builtInFaults = ({ latency, rateLimit }: Pick<Config, 'latency' | 'rateLimit'>): FaultRule[] => [
  ...(latency ? [{ id: 'latency', delay: latency }] : []),
  ...(rateLimit > 0
    ? [{ id: 'rate-limit', perMinute: rateLimit, error: 'InvalidRequest.RequestConcurrencyExceeded' as const }]
    : []),
]
