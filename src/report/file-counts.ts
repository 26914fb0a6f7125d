import { usable } from '../stats/kernel-summary.js';
import { formatTally } from './format.js';
import { renderGrid, type Cell } from './grid.js';
import type { ResultKernel } from './result.js';

interface Row {
  readonly label: string;
  /** Over the kernel's rounds. */
  readonly countOf: (kernel: ResultKernel) => number;
}

const ROWS: readonly Row[] = [
  { label: 'major faults', countOf: ({ perf }) => perf.pageFaultsMajor },
  { label: 'dirty TLB flushes', countOf: dirtyFlushes },
];

/**
 * What files made kernels do besides, a column per kernel: faults that read a disk, and flushes that
 * munmap owed to dirty pages before it let go of their page table. No lines of runs without files, or
 * with files that made nobody do anything.
 */
export function fileCountLines(
  kernels: readonly ResultKernel[],
  paint: (text: string) => string,
): string[] {
  if (!ROWS.some(({ countOf }) => kernels.some((kernel) => countOf(kernel) > 0))) return [];
  const header: Cell[] = [
    { text: 'files, in all rounds', paint },
    ...kernels.map(({ name }): Cell => ({ text: name, align: 'right', paint })),
  ];
  const rows = ROWS.map(({ label, countOf }): Cell[] => [
    { text: label },
    ...kernels.map((kernel): Cell => ({ text: formatTally(countOf(kernel)), align: 'right' })),
  ]);
  return renderGrid([header, ...rows]);
}

function dirtyFlushes({ rounds }: ResultKernel): number {
  return usable(rounds).reduce((sum, { counters }) => sum + (counters.dirtyFlushes ?? 0), 0);
}
