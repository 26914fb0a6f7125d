/** Study 3: the rwsem under as many readers as writers, before and after its rewrite in Linux 5.3. */
import type { ReproductionRow } from '../samples/reproduction.js';
import { rowOf } from './row.js';
import { acquisitionsOf } from './simulated.js';
import type { Study } from './study.js';

const MACHINE = 'skylake-2s-80';
const SOURCE = 'rwsem rewrite, equal readers and writers, 2-socket Skylake (May 2019)';
const SECONDS = 0.02;
const THREADS = [2, 4, 8, 16, 32, 64] as const;

/** Thousands of acquisitions per second, by THREADS. */
const BEFORE = [2618, 1202, 802, 729, 319, 102] as const;
const AFTER = [4193, 3726, 3622, 3359, 2826, 2744] as const;

/** The lock's policies, and the published column that each is to be held against. */
const COLUMNS = [
  { policy: 'fifo-4.17', when: 'before', published: BEFORE },
  { policy: 'phase-fair-5.3', when: 'after', published: AFTER },
  { policy: 'reader-steal-5.11', when: 'after', published: AFTER },
] as const;

const CELLS = COLUMNS.flatMap((column) =>
  THREADS.map((threads, i) => ({ ...column, threads, value: column.published[i]! })),
);

export const rwsemRewrite: Study = {
  name: 'rwsem-rewrite',
  title: 'the rwsem under equal readers and writers, 2 to 64 threads, by policy',
  fitted: [
    'The work under the lock and between two acquisitions, which was not published (5 atomics, and 5 to 45, on a line of the task’s own), to the 2-thread figure before the rewrite.',
  ],
  findings,
  async measure(lab) {
    const results = await lab.run(
      CELLS.map(({ policy, threads }) => ({
        machine: MACHINE,
        stressor: 'rwsem-pairs',
        tasks: threads,
        mmapBytes: threads * 4096,
        rwsem: policy,
        seconds: SECONDS,
      })),
    );
    return results.map(([trial], i) => {
      const { policy, when, threads, value } = CELLS[i]!;
      const figure = {
        name: `${when}, ${threads} threads, ${policy}`,
        conditions: `${MACHINE}; rwsem-pairs, half of the threads readers, half writers, ${SECONDS * 1000} ms`,
        unit: 'kops/s',
        ours: acquisitionsOf(trial!) / SECONDS / 1000,
      };
      const isFitted = when === 'before' && threads === THREADS[0];
      return rowOf(figure, { value, source: SOURCE, standing: isFitted ? 'fitted' : 'predicted' });
    });
  },
};

function findings(rows: readonly ReproductionRow[]): string[] {
  const counts = ['before', 'after'].map((when) => {
    const beside = rows.filter(({ name }) => name.startsWith(when));
    const near = beside.filter(({ ratio }) => ratio! >= 0.5 && ratio! <= 2);
    return `${when} the rewrite, ${near.length} of ${beside.length} figures are within a factor of 2.`;
  });
  return [
    ...counts,
    'Where the model does not collapse although 4.17 did, writers that spin hand the lock to one another and hardly ever let a reader in: as in the published minima of readers, but faster than the published totals.',
    'Readers of 5.3 spin as well, and those of the model sleep: with 4 threads that costs it the recovery.',
  ];
}
