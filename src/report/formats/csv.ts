import type { Counters } from '../../samples/samples.js';
import type { MmapSemSummary, RoundSummary } from '../../stats/round.js';
import { renderCsvRows, type CsvField } from '../csv-rows.js';
import type { ResultDocument, ResultKernel } from '../result.js';
import { MEASURES, roundSummary } from './measures.js';

interface Row extends Pick<ResultDocument, 'plan'> {
  readonly kernel: ResultKernel;
  readonly round: RoundSummary;
}

type Column = readonly [name: string, fieldOf: (row: Row) => CsvField];

const PLAN_KEYS = ['stressor', 'tasks', 'writers', 'mms', 'mmapBytes', 'seed'] as const;
const ROUND_KEYS = ['round', 'sequence', 'complete', 'seconds'] as const;
const COUNTERS: readonly (keyof Counters)[] = [
  'faultsTotal',
  'faultsMinor',
  'faultsMajor',
  'sigsegv',
  'outOfMemory',
  'mmapCalls',
  'munmapCalls',
  'munmapBytes',
  'munmapNs',
  'writerCalls',
  'failedCalls',
  'writerSteals',
];
const PEAKS = ['rssPagesMax', 'mapCountMax'] as const;
const HISTOGRAMS = ['writeHoldNs', 'readWaitNs', 'faultWaitNs', 'writeWaitNs'] as const;
const TIMES = ['count', 'p50', 'p99', 'p999', 'max', 'total'] as const;

const METRIC_NAMES = new Set<string>(MEASURES.map(({ name }) => name));

const COLUMNS: readonly Column[] = [
  ['engine', ({ plan }) => plan.engine],
  ['machine', ({ plan }) => plan.machine?.name],
  ...PLAN_KEYS.map((key): Column => [key, ({ plan }) => plan[key]]),
  ['kernel', ({ kernel }) => kernel.name],
  ...ROUND_KEYS.map((key): Column => [key, ({ round }) => round[key]]),
  ...MEASURES.map((measure): Column => [measure.name, ({ round }) => measure.valueOf(round)]),
  ...COUNTERS.map((key): Column => [key, ({ round }) => round.counters[key]]),
  ...PEAKS.map((key): Column => [key, ({ round }) => round.peaks[key]]),
  // Some of these are metrics, and stand there already.
  ...HISTOGRAMS.flatMap(timeColumns).filter(([name]) => !METRIC_NAMES.has(name)),
  ['traceHash', ({ round }) => round.simulated?.traceHash],
];

/**
 * A row for every kernel and round that was begun: what was run, the metrics, then everything that
 * they were made of, in full precision. Rates are per second, times in ns, sizes in bytes; a number
 * that does not exist is an empty field. Every file has the same columns. RFC 4180.
 */
export function renderCsv({ plan, kernels }: ResultDocument): string {
  const rows = kernels.flatMap((kernel) =>
    kernel.rounds.map((round): Row => ({ plan, kernel, round: roundSummary(round) })),
  );
  const header = COLUMNS.map(([name]) => name);
  return renderCsvRows([header, ...rows.map((row) => COLUMNS.map(([, fieldOf]) => fieldOf(row)))]);
}

function timeColumns(histogram: keyof MmapSemSummary): Column[] {
  return TIMES.map((key) => [
    `${histogram}${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    ({ round }) => round.mmapSem[histogram][key],
  ]);
}
