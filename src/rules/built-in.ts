import type { FaultRule } from './rule.ts'

/** The rules for `--latency` and `--rate-limit`. */
export const builtInFaults = ({
  latency,
  rateLimit,
}: {
  readonly latency: FaultRule['delay'] | undefined
  readonly rateLimit: number
}): FaultRule[] => [
  ...(latency ? [{ id: 'latency', delay: latency }] : []),
  ...(rateLimit > 0
    ? [{ id: 'rate-limit', perMinute: rateLimit, error: 'InvalidRequest.RequestConcurrencyExceeded' as const }]
    : []),
]
