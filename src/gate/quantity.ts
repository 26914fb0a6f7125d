/** What a rule can be about: the metrics of a comparison, and every summary of times of mmap_sem. */
import { METRICS } from '../stats/metrics.js';
import type { MmapSemSummary, RoundSummary } from '../stats/round.js';
import type { Better } from '../stats/verdict.js';

export interface Quantity {
  /** `faultsPerSecond`, or a path into a round of the JSON document: `writeHoldNs.p99`. */
  readonly name: string;
  readonly better: Better;
  /** Of its values: events per second, bytes per second, or ns. */
  readonly isTime: boolean;
  /** The round's value; null when the round has none. */
  valueOf(round: RoundSummary): number | null;
}

const HISTOGRAMS: readonly (keyof MmapSemSummary)[] = [
  'writeHoldNs',
  'faultWaitNs',
  'readWaitNs',
  'writeWaitNs',
];
const FIELDS = ['p50', 'p99', 'p999', 'max'] as const;

const QUANTITIES: readonly Quantity[] = [
  ...METRICS.map((metric) => ({ ...metric, isTime: metric.better === 'lower' })),
  ...HISTOGRAMS.flatMap((histogram) => FIELDS.map((field) => timeOf(histogram, field))),
];

export function quantityNamed(name: string): Quantity | undefined {
  return QUANTITIES.find((quantity) => quantity.name === name);
}

export function quantityNames(): string[] {
  return QUANTITIES.map(({ name }) => name);
}

function timeOf(histogram: keyof MmapSemSummary, field: (typeof FIELDS)[number]): Quantity {
  return {
    name: `${histogram}.${field}`,
    better: 'lower',
    isTime: true,
    valueOf: ({ mmapSem }) => (mmapSem[histogram].count === 0 ? null : mmapSem[histogram][field]),
  };
}
