/** Study 2: how page faults scale with threads when nobody ever takes mmap_sem for write. */
import { rowOf, type Published } from './row.js';
import { endNsOf } from './simulated.js';
import type { Study } from './study.js';

const MACHINE = 'icelake-8336c-64';
const SOURCE = 'per-VMA locks, pft-threads, base column (February 2023)';

/** Threads, and faults per second where published. */
const POINTS: readonly (readonly [threads: number, perSecond?: number])[] = [
  [1, 898_782],
  [2],
  [4, 2_965_589],
  [7],
  [12, 4_969_514],
  [21],
  [30, 6_153_685],
  [48],
  [79],
  [110, 6_264_768],
  [128],
];

/** Of the 100 GB of the original: pages enough for the queue at the lock to settle. */
const BYTES_PER_THREAD = 2 ** 26;
const BYTES_MAX = 2 ** 30;

const CONDITIONS = `${MACHINE}; pft, one address space, ${BYTES_PER_THREAD / 2 ** 20} MiB per thread, ${BYTES_MAX / 2 ** 30} GiB at most`;

export const faultScaling: Study = {
  name: 'fault-scaling',
  title: 'page faults of 1 to 128 threads on Ice Lake, no writer (pft-threads)',
  fitted: [
    'The costs of a fault on icelake-8336c-64 (faultEntryNs in the end) to the 898,782 faults/s of one thread.',
    'Nothing to any other count: transfers of cache lines are those published for such processors.',
  ],
  findings: (rows) => {
    const most = Math.max(...rows.map(({ ours }) => ours)) / 1e6;
    return [
      `Every fault takes the cache line of mmap_sem from another CPU twice; that line is what saturates, at ${most.toFixed(1)} M faults/s, whatever the number of threads.`,
    ];
  },
  async measure(lab) {
    const results = await lab.run(
      POINTS.map(([threads]) => ({
        machine: MACHINE,
        stressor: 'pft',
        tasks: threads,
        mmapBytes: Math.min(BYTES_MAX, threads * BYTES_PER_THREAD),
        seconds: 3600,
      })),
    );
    return results.map(([trial], i) => {
      const [threads, perSecond] = POINTS[i]!;
      const figure = {
        name: `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
        conditions: CONDITIONS,
        unit: 'faults/s',
        ours: (trial!.counters.faultsTotal / endNsOf(trial!)) * 1e9,
      };
      return rowOf(figure, perSecond === undefined ? undefined : publishedAt(threads, perSecond));
    });
  },
};

function publishedAt(threads: number, value: number): Published {
  return { value, source: SOURCE, standing: threads === 1 ? 'fitted' : 'predicted' };
}
