/** How a simulated change differs from seed to seed, for people. */
import type { MetricComparison } from '../stats/compare-kernels.js';
import { formatPercent } from './format.js';
import { renderGrid, type Cell } from './grid.js';
import { TABLE_METRICS } from './table-metrics.js';

/** The one that the verdict in words is about; the document has all. */
const METRIC = TABLE_METRICS[0]!;

/** A line for every candidate under a header; none for runs that are not simulated. */
export function seedSpreadLines(
  comparisons: readonly MetricComparison[],
  paintHeader: (text: string) => string,
): string[] {
  const rows = comparisons.flatMap(({ metric, base, candidate, pairs, overSeeds }): Cell[][] => {
    if (metric !== METRIC.name || overSeeds === undefined) return [];
    const { min, q1, median, q3, max } = overSeeds;
    const changes = [min, q1, median, q3, max].map((change): Cell => ({
      text: formatPercent(change),
      align: 'right',
    }));
    return [
      [
        { text: `${candidate} against ${base}` },
        { text: String(pairs), align: 'right' },
        ...changes,
      ],
    ];
  });
  if (rows.length === 0) return [];
  const header: Cell[] = [
    { text: `${METRIC.label} by seed`, paint: paintHeader },
    ...['seeds', 'least', '25 %', 'median', '75 %', 'most'].map((text): Cell => ({
      text,
      align: 'right',
      paint: paintHeader,
    })),
  ];
  return renderGrid([header, ...rows]);
}
