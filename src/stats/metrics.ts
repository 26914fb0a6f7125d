import type { WaitSummary } from '../samples/wait-histogram.js';
import type { Better } from './compare.js';
import type { RoundSummary } from './round.js';

export type MetricName =
  | 'faultsPerSecond'
  | 'munmapBytesPerSecond'
  | 'munmapCallsPerSecond'
  | 'writeHoldNsMax'
  | 'writeHoldNsP99'
  | 'faultWaitNsP999'
  | 'faultWaitNsMax';

/** A quantity in which kernels are compared round by round. */
export interface Metric {
  readonly name: MetricName;
  readonly better: Better;
  /** The round's value; null when the round has none, such as the longest of no holds. */
  valueOf(round: RoundSummary): number | null;
}

/** What kernels are compared in, in the order in which comparisons are listed. */
export const METRICS: readonly Metric[] = [
  { name: 'faultsPerSecond', better: 'higher', valueOf: (round) => round.faultsPerSecond },
  {
    name: 'munmapBytesPerSecond',
    better: 'higher',
    valueOf: (round) => round.munmapBytesPerSecond,
  },
  {
    name: 'munmapCallsPerSecond',
    better: 'higher',
    valueOf: (round) => round.munmapCallsPerSecond,
  },
  time('writeHoldNsMax', (round) => round.mmapSem.writeHoldNs, 'max'),
  time('writeHoldNsP99', (round) => round.mmapSem.writeHoldNs, 'p99'),
  time('faultWaitNsP999', (round) => round.mmapSem.faultWaitNs, 'p999'),
  time('faultWaitNsMax', (round) => round.mmapSem.faultWaitNs, 'max'),
];

function time(
  name: MetricName,
  summaryOf: (round: RoundSummary) => WaitSummary,
  field: 'max' | 'p99' | 'p999',
): Metric {
  return {
    name,
    better: 'lower',
    valueOf: (round) => {
      const summary = summaryOf(round);
      return summary.count === 0 ? null : summary[field];
    },
  };
}
