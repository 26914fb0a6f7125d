/** Study 4: how long ps waits for /proc/PID/cmdline while others unmap 320 GB each. */
import type { ReproductionRow } from '../samples/reproduction.js';
import { MARCH_COSTS, changesOf } from './munmap-duration.js';
import { rowOf, type Published } from './row.js';
import type { Study } from './study.js';

const MACHINE = 'e5-2680-32';
const UNMAPPED_BYTES = 320 * 2 ** 30;
const LIMIT_SECONDS = 120;
/** One simulated page stands for so many: a page, and a page table, costs as much more. */
const SCALE = 256;
const FREE_TABLE_NS = 858;
const COSTS = {
  zapPageNs: MARCH_COSTS.zapPageNs * SCALE,
  freePageNs: MARCH_COSTS.freePageNs * SCALE,
  freeTableNs: FREE_TABLE_NS * SCALE,
};

const WRITERS = [1, 2, 4, 6, 7, 8, 12, 14] as const;
const WRITERS_PATCHED = [1, 2, 4, 8] as const;

interface Case {
  readonly kernel: string;
  readonly rwsem: string;
  readonly writers: number;
}

const CASES: readonly Case[] = [
  ...['no-steal', 'fifo-4.17', 'phase-fair-5.3'].flatMap((rwsem) =>
    WRITERS.map((writers) => ({ kernel: 'pristine', rwsem, writers })),
  ),
  ...['patched', 'mainline'].flatMap((kernel) =>
    WRITERS_PATCHED.map((writers) => ({ kernel, rwsem: 'fifo-4.17', writers })),
  ),
];

const ALONE_CASE = CASES.find(({ rwsem }) => rwsem === 'fifo-4.17');

/** Nobody has published how long ps waited alone; it is there for all of the munmap but its start. */
const ALONE: Published = {
  value: 17.91531,
  source: 'v1 of the munmap series (21 March 2018): the munmap that ps waits for',
  standing: 'predicted',
};

export const hungTask: Study = {
  name: 'hung-task',
  title: 'ps reads /proc/PID/cmdline beside tasks that unmap 320 GB each: when is it 120 s?',
  fitted: ['zapPageNs, freePageNs and freeTableNs as for munmap-duration, March.'],
  findings: (rows) => [
    ...['no-steal', 'fifo-4.17', 'phase-fair-5.3'].map((policy) => limitSentence(rows, policy)),
    'One munmap of all the memory there is (384 GB) never takes 120 s at these costs: the mappings were shared, or slower to zap, or several came before ps.',
    'ps takes mmap_sem twice. A writer that spins on the one that has the lock may take it ahead of ps, which sleeps; and once ps has had its first turn, the second waits for all who have come meanwhile.',
    'With mainline ps waits for nobody alone; behind a convoy it waits as long as a writer is at the head of the queue, past which a downgrade lets nobody in.',
    'With patched the waits for read are those of ps and of the zaps themselves, which wait for one another’s writers.',
  ],
  async measure(lab) {
    const results = await lab.run(
      CASES.map(({ kernel, rwsem, writers }) => ({
        machine: MACHINE,
        changes: changesOf(COSTS),
        stressor: 'hung-task',
        kernel,
        tasks: writers + 1,
        mmapBytes: ((writers + 1) * UNMAPPED_BYTES) / SCALE,
        thresholdBytes: 2 ** 30 / SCALE,
        rwsem,
        seconds: 86_400,
      })),
    );
    return results.map(([trial], i) => {
      const figure = {
        name: nameOf(CASES[i]!),
        conditions: `${MACHINE} with ${changesOf(COSTS).join(', ')}, 1 page for ${SCALE}; hung-task, ps and the writers`,
        unit: 's',
        ours: trial!.mmapSem.readWait.summary().max / 1e9,
      };
      return rowOf(figure, CASES[i] === ALONE_CASE ? ALONE : undefined);
    });
  },
};

function nameOf({ kernel, rwsem, writers }: Case): string {
  const who = `${writers} ${writers === 1 ? 'writer' : 'writers'}`;
  return `longest wait for read, ${who}, ${kernel}, ${rwsem}`;
}

function limitSentence(rows: readonly ReproductionRow[], rwsem: string): string {
  const writers = WRITERS.find((count) => {
    const name = nameOf({ kernel: 'pristine', rwsem, writers: count });
    return rows.find((row) => row.name === name)!.ours > LIMIT_SECONDS;
  });
  const when = writers === undefined ? `more than ${WRITERS.at(-1)!}` : `${writers}`;
  return `${rwsem}: one wait of more than ${LIMIT_SECONDS} s takes ${when} such writers, half of which (rounded up) came before ps.`;
}
