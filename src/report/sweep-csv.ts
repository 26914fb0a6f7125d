import type { MetricComparison } from '../stats/compare-kernels.js';
import type { MetricName } from '../stats/metrics.js';
import type { SweepDocument, SweepKernel, SweepPoint } from './sweep-document.js';
import { renderCsvRows, type CsvField } from './csv-rows.js';
import { TABLE_METRICS } from './table-metrics.js';

/** What stands in a row for each metric besides its value; empty for the base, which has no change. */
const CHANGE_COLUMNS: readonly (readonly [string, Exclude<keyof MetricComparison, 'overSeeds'>])[] =
  [
    ['Change', 'change'],
    ['ChangeCiLow', 'ciLow'],
    ['ChangeCiHigh', 'ciHigh'],
    ['ChangeP', 'p'],
    ['ChangePAdjusted', 'pAdjusted'],
    ['Pairs', 'pairs'],
    ['Verdict', 'verdict'],
  ];

/**
 * A row for every kernel of every finished point, in full precision: `point`, the axes, `kernel`, then
 * for each metric its value and how it differs from the point's base. Rates are per second, times in
 * ns, changes fractions; a number that does not exist is an empty field. RFC 4180.
 */
export function renderSweepCsv({ configuration, points }: SweepDocument): string {
  const header = [
    'point',
    ...configuration.axes.map(({ name }) => name),
    'kernel',
    ...TABLE_METRICS.flatMap(({ name }) => [
      name,
      ...CHANGE_COLUMNS.map(([suffix]) => `${name}${suffix}`),
    ]),
  ];
  const rows = points.flatMap((point) => point.kernels.map((kernel) => rowOf(point, kernel)));
  return renderCsvRows([header, ...rows]);
}

function rowOf(point: SweepPoint, { name: kernel, metrics }: SweepKernel): CsvField[] {
  const numbers = TABLE_METRICS.flatMap(({ name }): CsvField[] => {
    const comparison = comparisonOf(point, kernel, name);
    return [metrics[name], ...CHANGE_COLUMNS.map(([, key]) => comparison?.[key])];
  });
  return [point.index, ...Object.values(point.at), kernel, ...numbers];
}

/** Undefined for the base. */
export function comparisonOf(
  { comparisons }: SweepPoint,
  candidate: string,
  metric: MetricName,
): MetricComparison | undefined {
  return comparisons.find((one) => one.candidate === candidate && one.metric === metric);
}
