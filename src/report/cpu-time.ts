import type { Cell } from './grid.js';
import { renderGrid } from './grid.js';
import type { ResultKernel } from './result.js';

interface Row {
  readonly label: string;
  /** Of `cpuNs`. */
  readonly categories: readonly string[];
  /** No row where no kernel has any. */
  readonly ofSome?: true;
}

/** Rows of the block, and what each stands for. */
const ROWS: readonly Row[] = [
  { label: 'user mode', categories: ['userPage'], ofSome: true },
  {
    label: 'page faults',
    categories: ['faultEntry', 'pteWork', 'zeroPage', 'allocBatch', 'allocTable'],
  },
  {
    label: 'munmap, mmap',
    categories: [
      'syscall',
      'zapPage',
      'freePage',
      'freeTable',
      'splitVma',
      'linkVma',
      'tlbFlush',
      'ipi',
    ],
  },
  { label: 'reading, writing files', categories: ['copyPage', 'filePage'], ofSome: true },
  { label: 'waiting for cache lines', categories: ['transfers'] },
  { label: 'spinning', categories: ['spinning'] },
  { label: 'wake-ups, switches', categories: ['wakeUps', 'switches'] },
  { label: 'idle', categories: ['idle'] },
];

/** Every category that a row stands for. */
export const CPU_CATEGORIES = ROWS.flatMap(({ categories }) => categories);

/**
 * What the CPUs of a simulated machine spent the windows on, per cent of all their time, a column
 * per kernel; no lines where CPUs are real.
 */
export function cpuTimeLines(
  kernels: readonly ResultKernel[],
  paint: (text: string) => string,
): string[] {
  if (kernels.length === 0 || kernels.some(({ cpuNs }) => cpuNs === undefined)) return [];
  const header: Cell[] = [
    { text: 'CPU time, %', paint },
    ...kernels.map(({ name }): Cell => ({ text: name, align: 'right', paint })),
  ];
  const there = ROWS.filter(
    ({ ofSome, categories }) =>
      ofSome !== true || kernels.some(({ cpuNs }) => categories.some((name) => cpuNs![name])),
  );
  const rows = there.map(({ label, categories }): Cell[] => [
    { text: label },
    ...kernels.map(({ cpuNs }): Cell => ({ text: share(cpuNs!, categories), align: 'right' })),
  ]);
  return renderGrid([header, ...rows]);
}

function share(cpuNs: Readonly<Record<string, number>>, categories: readonly string[]): string {
  const all = Object.values(cpuNs).reduce((sum, ns) => sum + ns, 0);
  const part = categories.reduce((sum, category) => sum + (cpuNs[category] ?? 0), 0);
  return all === 0 ? '-' : ((part / all) * 100).toFixed(1);
}
