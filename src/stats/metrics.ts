import type { Plan } from '../plan/plan.js';
import type { WaitSummary } from '../samples/wait-histogram.js';
import type { Better } from './verdict.js';
import type { RoundSummary } from './round.js';

export type MetricName =
  | 'faultsPerSecond'
  | 'munmapBytesPerSecond'
  | 'munmapCallsPerSecond'
  | 'writerCallsPerSecond'
  | 'writeHoldNsMax'
  | 'writeHoldNsP99'
  | 'faultWaitNsP999'
  | 'faultWaitNsMax';

/** A quantity in which kernels are compared round by round. */
export interface Metric {
  readonly name: MetricName;
  readonly better: Better;
  /** Says nothing of a run without writers. */
  readonly ofWriters?: true;
  /** The round's value; null when the round has none, such as the longest of no holds. */
  valueOf(round: RoundSummary): number | null;
}

/** What a run is about; the other metrics say why. */
export const PRIMARY_METRIC: MetricName = 'faultsPerSecond';

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
  {
    name: 'writerCallsPerSecond',
    better: 'higher',
    ofWriters: true,
    valueOf: (round) => round.writerCallsPerSecond,
  },
  time('writeHoldNsMax', (round) => round.mmapSem.writeHoldNs, 'max'),
  time('writeHoldNsP99', (round) => round.mmapSem.writeHoldNs, 'p99'),
  time('faultWaitNsP999', (round) => round.mmapSem.faultWaitNs, 'p999'),
  time('faultWaitNsMax', (round) => round.mmapSem.faultWaitNs, 'max'),
];

/** What the kernels of a plan are compared in, in the order in which comparisons are listed. */
export function metricsOf({ writers }: Pick<Plan, 'writers'>): readonly Metric[] {
  return METRICS.filter(({ ofWriters }) => ofWriters !== true || writers > 0);
}

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
