/** Study 3: the rwsem under as many reads as writes, before and after its rewrite in Linux 5.3. */
import type { ReproductionRow } from '../samples/reproduction.js';
import type { TrialSamples } from '../samples/samples.js';
import type { Experiment } from './lab.js';
import { rowOf, type Published } from './row.js';
import { acquisitionsOf } from './simulated.js';
import type { Study } from './study.js';

const MACHINE = 'skylake-2s-80';
const SOURCE = 'rwsem rewrite v8, cover letter, 2-socket Skylake (20 May 2019)';
const SECONDS = 0.01;
/** One simulation can stay by chance where another does not: a figure is a mean over seeds. */
const SEEDS = 2;
const THREADS = [2, 4, 8, 16, 32, 64] as const;
/** Whatever the ratio of one to the other: within a factor of 2. */
const NEAR = 2;

/** Thousands of acquisitions per second, by THREADS; in the letter, "equal numbers (mixed)". */
const BEFORE = [2618, 1202, 802, 729, 319, 102] as const;
const AFTER = [4193, 3726, 3622, 3359, 2826, 2744] as const;
/** The letter's 40 threads that only read beside 40 that only write: their means, in 5 s. */
const DEDICATED_THREADS = 80;
const DEDICATED_BEFORE = (40 * (1808 + 50_344)) / 5 / 1000;
const DEDICATED_AFTER = (40 * (31_359 + 95_845)) / 5 / 1000;
/** A woken thread on an idle CPU runs after so long: one hardly asleep, and one in deep sleep. */
const WHAT_IF_NS = [1000, 20_000] as const;
const WHAT_IF_THREADS = [4, 64] as const;

/** The lock's policies, and the published columns that each is to be held against. */
const COLUMNS = [
  { policy: 'fifo-4.17', when: 'before', published: BEFORE, dedicated: DEDICATED_BEFORE },
  { policy: 'phase-fair-5.3', when: 'after', published: AFTER, dedicated: DEDICATED_AFTER },
  { policy: 'reader-steal-5.11', when: 'after', published: AFTER, dedicated: DEDICATED_AFTER },
] as const;

interface Cell {
  readonly name: string;
  readonly policy: string;
  readonly stressor: 'rwsem-mixed' | 'rwsem-pairs';
  readonly threads: number;
  readonly change?: string;
  readonly published?: Published;
}

const MIXED: readonly Cell[] = COLUMNS.flatMap(({ policy, when, published }) =>
  THREADS.map((threads, i) => ({
    name: `${when}, ${threads} threads, ${policy}`,
    policy,
    stressor: 'rwsem-mixed',
    threads,
    published: {
      value: published[i]!,
      source: SOURCE,
      standing: when === 'before' && i === 0 ? 'fitted' : 'predicted',
    },
  })),
);

const DEDICATED: readonly Cell[] = COLUMNS.map(({ policy, when, dedicated }) => ({
  name: `dedicated, ${when}, ${DEDICATED_THREADS} threads, ${policy}`,
  policy,
  stressor: 'rwsem-pairs',
  threads: DEDICATED_THREADS,
  published: { value: dedicated, source: SOURCE, standing: 'predicted' },
}));

const WHAT_IF: readonly Cell[] = WHAT_IF_NS.flatMap((ns) =>
  WHAT_IF_THREADS.map((threads) => ({
    name: `wake-up in ${ns / 1000} us, ${threads} threads, ${COLUMNS[0].policy}`,
    policy: COLUMNS[0].policy,
    stressor: 'rwsem-mixed',
    threads,
    change: `wakeLatencyNs=${ns}`,
  })),
);

const CELLS = [...MIXED, ...DEDICATED, ...WHAT_IF];

export const rwsemRewrite: Study = {
  name: 'rwsem-rewrite',
  title: 'the rwsem under equal reads and writes, 2 to 80 threads, by policy',
  fitted: [
    'The work under the lock and between two acquisitions, which was not published (5 atomics, and 5 to 45, on a line of the task’s own). Lengths were once tried against the whole table, with threads that only read or only write, and chosen for 2 threads before the rewrite; they were not chosen anew for mixed threads.',
    'No cost of the machine to any figure of this table. But the workload was: threads that only read or only write did not show the table, and mixed ones were taken up with the table in view. Mixing at random, dearer spin loops and unlocking, and idle states with their nominal latencies were tried as well, and left out.',
  ],
  findings,
  async measure(lab) {
    const results = await lab.run(CELLS.map(experimentOf));
    return results.map((trials, i) => rowOfCell(CELLS[i]!, trials));
  },
};

function experimentOf({ policy, stressor, threads, change }: Cell): Experiment {
  return {
    machine: MACHINE,
    ...(change === undefined ? {} : { changes: [change] }),
    stressor,
    tasks: threads,
    mmapBytes: threads * 4096,
    rwsem: policy,
    rounds: SEEDS,
    seconds: SECONDS,
  };
}

function rowOfCell(cell: Cell, trials: readonly TrialSamples[]): ReproductionRow {
  const acquisitions = trials.reduce((sum, trial) => sum + acquisitionsOf(trial), 0);
  const changed = cell.change === undefined ? '' : `, ${cell.change}`;
  const figure = {
    name: cell.name,
    conditions: `${MACHINE}${changed}; ${cell.stressor}, ${SECONDS * 1000} ms, mean of ${SEEDS} seeds`,
    unit: 'kops/s',
    ours: acquisitions / trials.length / SECONDS / 1000,
  };
  return rowOf(figure, cell.published);
}

function findings(rows: readonly ReproductionRow[]): string[] {
  const counts = ['before', 'after', 'dedicated'].map((group) => {
    const beside = rows.filter(({ name }) => name.startsWith(group));
    const near = beside.filter(({ ratio }) => ratio! >= 1 / NEAR && ratio! <= NEAR);
    return `${group}: ${near.length} of ${beside.length} figures are within a factor of ${NEAR}.`;
  });
  return [
    ...counts,
    'The collapse is there, and so is the recovery, which comes from writers that spin while readers own the lock; but the collapse is complete at 4 threads, where the published one goes on to 64.',
    'Where every hand-over is a wake-up, the figure is the wake-up’s cost, and the model’s is one and the same for all. The published figures would need about 1 us at 4 threads and 20 us at 64 (rows “wake-up in”). CPUs that sleep deeper the longer they are idle could do that; idle states are not modelled, and nobody has shown that they did.',
    'That every thread of the published table both reads and writes is our reading of its “mixed”; that they do so in turn is an assumption.',
    'Threads that only read or only write are predicted badly: writers that spin pass the lock on too fast and hardly ever let a reader in.',
  ];
}
