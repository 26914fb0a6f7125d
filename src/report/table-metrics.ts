import type { Plan } from '../plan/plan.js';
import { usable } from '../stats/kernel-summary.js';
import { opsPerSecond } from '../stats/bogo-rate.js';
import { median } from '../stats/median.js';
import { metricsOf, type MetricName } from '../stats/metrics.js';
import { formatNs, formatNumber, formatScaled } from './format.js';
import type { ResultKernel } from './result.js';

/** A row of the table: a metric, and a kernel's own number in it. */
export interface TableMetric {
  readonly name: MetricName;
  readonly label: string;
  /** Over the kernel's rounds: the median of rates, percentiles and maxima of all holds and waits. */
  valueOf(kernel: ResultKernel): number | null;
  format(value: number, unicode: boolean): string;
}

const GIB = 2 ** 30;

export const TABLE_METRICS: readonly TableMetric[] = [
  {
    name: 'faultsPerSecond',
    label: 'page faults/sec',
    valueOf: (kernel) => kernel.faultsPerSecond.median,
    format: (value) => formatScaled(value),
  },
  {
    name: 'bogoOpsPerSecond',
    label: 'bogo ops/sec',
    valueOf: ({ rounds }) => {
      const rates = usable(rounds)
        .filter(({ seconds }) => seconds > 0)
        .map(({ instances = [] }) => opsPerSecond(instances));
      return rates.length === 0 ? null : median(rates);
    },
    format: (value) => formatScaled(value),
  },
  {
    name: 'munmapBytesPerSecond',
    label: 'munmap GiB/s',
    valueOf: (kernel) => kernel.munmapBytesPerSecond.median,
    format: (value) => formatNumber(value / GIB),
  },
  {
    name: 'munmapCallsPerSecond',
    label: 'munmap calls/sec',
    valueOf: (kernel) => kernel.munmapCallsPerSecond.median,
    format: (value) => formatScaled(value),
  },
  {
    name: 'writerCallsPerSecond',
    label: 'writer calls/sec',
    valueOf: (kernel) => kernel.writerCallsPerSecond.median,
    format: (value) => formatScaled(value),
  },
  time('writeHoldNsMax', 'longest write hold', 'writeHoldNs', 'max'),
  time('writeHoldNsP99', 'p99 write hold', 'writeHoldNs', 'p99'),
  time('faultWaitNsP999', 'p99.9 fault wait', 'faultWaitNs', 'p999'),
  time('faultWaitNsMax', 'longest fault wait', 'faultWaitNs', 'max'),
];

/** The rows for a plan. */
export function tableMetrics(plan: Plan): readonly TableMetric[] {
  const names = new Set(metricsOf(plan).map(({ name }) => name));
  return TABLE_METRICS.filter(({ name }) => names.has(name));
}

function time(
  name: MetricName,
  label: string,
  histogram: 'writeHoldNs' | 'faultWaitNs',
  field: 'max' | 'p99' | 'p999',
): TableMetric {
  return {
    name,
    label,
    valueOf: (kernel) => {
      const summary = kernel.mmapSem[histogram];
      return summary.count === 0 ? null : summary[field];
    },
    format: (value, unicode) => formatNs(value, { unicode }),
  };
}
