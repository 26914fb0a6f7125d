/** Study 4: how long ps waits for /proc/PID/cmdline while others unmap 320 GB each. */
import type { ReproductionRow } from '../samples/reproduction.js';
import type { TrialSamples } from '../samples/samples.js';
import type { Profile } from '../plan/machine-model.js';
import type { Experiment, Lab } from './lab.js';
import { MARCH_COSTS, changesOf } from './munmap-duration.js';
import { rowNamed, rowOf, type Published } from './row.js';
import type { Study } from './study.js';

const MACHINE = 'e5-2680-32';
const GIB_UNMAPPED = 320;
const UNMAPPED_BYTES = GIB_UNMAPPED * 2 ** 30;
/** Memory of the machine. */
const GIB_THERE = 384;
const LIMIT_SECONDS = 120;
/** One simulated page stands for so many: a page, and a page table, costs as much more. */
const SCALE = 1024;

/** One for every core; more would share cores, and everything take longer. */
const WRITERS_MAX = 16;
/** Simulated side by side; those beyond the first count that takes the limit are left out. */
const BATCH = 4;

const POLICIES = ['no-steal', 'fifo-4.17', 'phase-fair-5.3'] as const;

interface Case {
  readonly kernel: string;
  readonly rwsem: string;
  readonly writers: number;
}

/** Series of rows for 1 writer and more, until ps waits for longer than the limit, or so many. */
const SERIES = [
  ...POLICIES.map((rwsem) => ({ kernel: 'pristine', rwsem, writersMax: WRITERS_MAX })),
  ...['patched', 'mainline'].map((kernel) => ({ kernel, rwsem: 'fifo-4.17', writersMax: 8 })),
];

const ALONE_CASE: Case = { kernel: 'pristine', rwsem: 'fifo-4.17', writers: 1 };

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
  findings: (rows) => {
    const ours = (kernel: string, writers: number): string =>
      rowNamed(rows, nameOf({ ...ALONE_CASE, kernel, writers })).ours.toPrecision(3);
    const alone = rowNamed(rows, nameOf(ALONE_CASE)).ours;
    return [
      ...POLICIES.map((policy) => limitSentence(rows, policy)),
      `One munmap of ${GIB_UNMAPPED} GB takes ${alone.toFixed(1)} s at these costs, and one of all the ${GIB_THERE} GB there are would take ${((alone / GIB_UNMAPPED) * GIB_THERE).toFixed(1)} s: the mappings were shared, or slower to zap, or several came before ps.`,
      raceSentence(rows),
      `With mainline the longest wait for read is ${ours('mainline', 1)} s beside one writer and ${ours('mainline', 8)} s in a convoy of 8: while a writer is at the head of the queue, a downgrade lets nobody past it.`,
      `With patched it is ${ours('patched', 1)} s and ${ours('patched', 8)} s, and the waits for read are those of ps and of the zaps themselves, which wait for one another’s writers.`,
    ];
  },
  async measure(lab) {
    const costs = scaledCosts(lab.profile(MACHINE));
    const rows: ReproductionRow[] = [];
    for (const series of SERIES) rows.push(...(await rowsOfSeries(lab, costs, series)));
    return rows;
  },
};

function scaledCosts(profile: Profile): Readonly<Record<string, number>> {
  const costs = { ...MARCH_COSTS, freeTableNs: profile.costs.freeTableNs.value };
  return Object.fromEntries(Object.entries(costs).map(([name, ns]) => [name, ns * SCALE]));
}

/** No count between two of a series is left out, so that its last is the first beyond the limit. */
async function rowsOfSeries(
  lab: Lab,
  costs: Readonly<Record<string, number>>,
  { kernel, rwsem, writersMax }: (typeof SERIES)[number],
): Promise<ReproductionRow[]> {
  const rows: ReproductionRow[] = [];
  for (let first = 1; first <= writersMax; first += BATCH) {
    const counts = Array.from({ length: BATCH }, (_, i) => first + i);
    const cases = counts.map((writers) => ({ kernel, rwsem, writers }));
    const results = await lab.run(cases.map((one) => experimentOf(one, costs)));
    for (const [i, [trial]] of results.entries()) {
      rows.push(rowOfCase(cases[i]!, trial!, costs));
      if (rows.at(-1)!.ours > LIMIT_SECONDS) return rows;
    }
  }
  return rows;
}

function experimentOf(
  { kernel, rwsem, writers }: Case,
  costs: Readonly<Record<string, number>>,
): Experiment {
  return {
    machine: MACHINE,
    changes: changesOf(costs),
    stressor: 'hung-task',
    kernel,
    tasks: writers + 1,
    // Shares are equal; that of ps stays unused.
    mmapBytes: ((writers + 1) * UNMAPPED_BYTES) / SCALE,
    thresholdBytes: 2 ** 30 / SCALE,
    rwsem,
    seconds: 86_400,
  };
}

function rowOfCase(
  one: Case,
  trial: TrialSamples,
  costs: Readonly<Record<string, number>>,
): ReproductionRow {
  const figure = {
    name: nameOf(one),
    conditions: `${MACHINE}; hung-task, ps and the writers; scaled: a page or page table stands for ${SCALE}, with ${changesOf(costs).join(', ')}`,
    unit: 's',
    ours: trial.mmapSem.readWait.summary().max / 1e9,
  };
  return rowOf(figure, nameOf(one) === nameOf(ALONE_CASE) ? ALONE : undefined);
}

function nameOf({ kernel, rwsem, writers }: Case): string {
  const who = `${writers} ${writers === 1 ? 'writer' : 'writers'}`;
  return `longest wait for read, ${who}, ${kernel}, ${rwsem}`;
}

function seriesOf(rows: readonly ReproductionRow[], rwsem: string): readonly ReproductionRow[] {
  return rows.filter(({ name }) => name.endsWith(`, pristine, ${rwsem}`));
}

function limitSentence(rows: readonly ReproductionRow[], rwsem: string): string {
  const series = seriesOf(rows, rwsem);
  const at = series.findIndex(({ ours }) => ours > LIMIT_SECONDS);
  if (at >= 0) {
    return `${rwsem}: one wait of more than ${LIMIT_SECONDS} s takes ${at + 1} such writers, half of which (rounded up) came before ps.`;
  }
  const longest = Math.max(...series.map(({ ours }) => ours));
  return `${rwsem}: no wait of more than ${LIMIT_SECONDS} s with 1 to ${series.length} such writers, half of which (rounded up) came before ps; the longest is ${longest.toFixed(1)} s.`;
}

/** Compared at the greatest count that all policies have. */
function raceSentence(rows: readonly ReproductionRow[]): string {
  const all = POLICIES.map((policy) => seriesOf(rows, policy));
  const writers = Math.min(...all.map((series) => series.length));
  const alone = rowNamed(rows, nameOf(ALONE_CASE)).ours;
  const turns = POLICIES.map((policy, i) => {
    return `${Math.round(all[i]![writers - 1]!.ours / alone)} with ${policy}`;
  });
  return `Beside ${writers} writers the longest wait of ps lasts for so many munmaps: ${turns.join(', ')}. Who spins is not in the queue: at every release it and the waking of ps race for the lock, so that all but the figures of no-steal hang on what a few accesses to its cache line cost.`;
}
