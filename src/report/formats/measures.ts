/** The metrics as other tools' files know them. */
import type { Estimate } from '../../stats/kernel-summary.js';
import { metricsOf, METRICS, type Metric, type MetricName } from '../../stats/metrics.js';
import { ratesOf, type RoundSummary } from '../../stats/round.js';
import type { ResultDocument, ResultKernel, ResultRound } from '../result.js';
import { TABLE_METRICS } from '../table-metrics.js';

interface MeasureNames {
  /** In the JSON document's own scale, so that a series of runs never changes scale. */
  readonly unit: 'faults/s' | 'bogo-ops/s' | 'B/s' | 'calls/s' | 'ns';
  /** Go's: what follows the last hyphen is the unit, what precedes it says what it is of. */
  readonly goUnit: string;
  /** Bencher's: `throughput` and `latency` are built in there, the others come to be on first use. */
  readonly measure: string;
}

const NAMES: Readonly<Record<MetricName, MeasureNames>> = {
  faultsPerSecond: { unit: 'faults/s', goUnit: 'faults/s', measure: 'throughput' },
  bogoOpsPerSecond: {
    unit: 'bogo-ops/s',
    goUnit: 'bogo-ops/s',
    measure: 'bogo-ops-per-second',
  },
  munmapBytesPerSecond: {
    unit: 'B/s',
    goUnit: 'munmap-B/s',
    measure: 'munmap-bytes-per-second',
  },
  munmapCallsPerSecond: {
    unit: 'calls/s',
    goUnit: 'munmap-calls/s',
    measure: 'munmap-calls-per-second',
  },
  writerCallsPerSecond: {
    unit: 'calls/s',
    goUnit: 'writer-calls/s',
    measure: 'writer-calls-per-second',
  },
  writeHoldNsMax: { unit: 'ns', goUnit: 'write-hold-max-ns', measure: 'write-hold-max' },
  writeHoldNsP99: { unit: 'ns', goUnit: 'write-hold-p99-ns', measure: 'write-hold-p99' },
  faultWaitNsP999: { unit: 'ns', goUnit: 'fault-wait-p999-ns', measure: 'fault-wait-p999' },
  faultWaitNsMax: { unit: 'ns', goUnit: 'fault-wait-max-ns', measure: 'latency' },
};

/** A metric with what a file has to say about it. */
export interface Measure extends MeasureNames, Metric {
  /** A kernel's own number, the one that the table shows; null when it has none. */
  kernelValue(kernel: ResultKernel): number | null;
  /** The interval around that number, where the document has one: of the rates. */
  estimate(kernel: ResultKernel): Estimate | undefined;
}

export const MEASURES: readonly Measure[] = METRICS.map((metric) => ({
  ...metric,
  ...NAMES[metric.name],
  kernelValue: (kernel) => TABLE_METRICS.find(({ name }) => name === metric.name)!.valueOf(kernel),
  estimate: (kernel) => {
    const { name } = metric;
    return isEstimated(name, kernel) ? kernel[name] : undefined;
  },
}));

/** The measures of a run. */
export function measuresOf({ plan }: Pick<ResultDocument, 'plan'>): readonly Measure[] {
  const names = new Set(metricsOf(plan).map(({ name }) => name));
  return MEASURES.filter(({ name }) => names.has(name));
}

/** A round as the statistics saw it: the document leaves out rates that follow from its counters. */
export function roundSummary(round: ResultRound): RoundSummary {
  return { ...ratesOf(round), ...round };
}

function isEstimated(
  name: MetricName,
  kernel: ResultKernel,
): name is Extract<MetricName, keyof ResultKernel> {
  return name in kernel;
}
