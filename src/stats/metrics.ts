import type { Plan } from '../plan/plan.js';
import type { WaitSummary } from '../samples/wait-histogram.js';
import { opsPerSecond } from './bogo-rate.js';
import type { Better } from './verdict.js';
import type { RoundSummary } from './round.js';

export type MetricName =
  | 'faultsPerSecond'
  | 'bogoOpsPerSecond'
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
  /** Says something of these runs alone: with writers, of stressors with instances. */
  readonly of?: 'writers' | 'stress';
  /** The round's value; null when the round has none, such as the longest of no holds. */
  valueOf(round: RoundSummary): number | null;
}

/** What a run is about; the other metrics say why. */
export const PRIMARY_METRIC: MetricName = 'faultsPerSecond';

export const METRICS: readonly Metric[] = [
  { name: 'faultsPerSecond', better: 'higher', valueOf: (round) => round.faultsPerSecond },
  {
    name: 'bogoOpsPerSecond',
    better: 'higher',
    of: 'stress',
    valueOf: ({ instances = [], seconds }) => (seconds > 0 ? opsPerSecond(instances) : null),
  },
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
    of: 'writers',
    valueOf: (round) => round.writerCallsPerSecond,
  },
  time('writeHoldNsMax', (round) => round.mmapSem.writeHoldNs, 'max'),
  time('writeHoldNsP99', (round) => round.mmapSem.writeHoldNs, 'p99'),
  time('faultWaitNsP999', (round) => round.mmapSem.faultWaitNs, 'p999'),
  time('faultWaitNsMax', (round) => round.mmapSem.faultWaitNs, 'max'),
];

/** What the kernels of a plan are compared in, in the order in which comparisons are listed. */
export function metricsOf({
  writers,
  stress,
}: Pick<Plan, 'writers' | 'stress'>): readonly Metric[] {
  const says = { writers: writers > 0, stress: stress !== undefined };
  return METRICS.filter((metric) => metric.of === undefined || says[metric.of]);
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
