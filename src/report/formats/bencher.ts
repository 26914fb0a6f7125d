import type { ResultDocument, ResultKernel } from '../result.js';
import { benchmarkName } from './benchmark-name.js';
import { measuresOf, type Measure } from './measures.js';

/**
 * Bencher Metric Format: benchmark, measure, value with the ends of its 95 % interval. `throughput` is
 * page faults per second, `latency` the longest wait of a page fault in ns.
 */
export function renderBencher(document: ResultDocument): string {
  const measures = measuresOf(document);
  const benchmarks = document.kernels.map((kernel) => [
    benchmarkName(document.plan, kernel.name),
    Object.fromEntries(measures.flatMap((measure) => metricOf(kernel, measure))),
  ]);
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
}

function metricOf(kernel: ResultKernel, measure: Measure): [string, object][] {
  const value = measure.kernelValue(kernel);
  if (value === null) return [];
  const { ciLow = null, ciHigh = null } = measure.estimate(kernel) ?? {};
  const bounds = {
    ...(ciLow === null ? {} : { lower_value: ciLow }),
    ...(ciHigh === null ? {} : { upper_value: ciHigh }),
  };
  return [[measure.measure, { value, ...bounds }]];
}
