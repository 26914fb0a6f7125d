/** Study 5: the job of the series, 32 tasks with 2.5 GiB each, on the machine of the series. */
import type { ReproductionRow } from '../samples/reproduction.js';
import type { TrialSamples } from '../samples/samples.js';
import { rowNamed, rowOf, signedPercent } from './row.js';
import type { Study } from './study.js';

const MACHINE = 'e5-2680-32';
const TASKS = 32;
/** One simulated page stands for so many, which changes no share of a cycle; the threshold goes with it. */
const SCALE = 64;
const BYTES = (80 * 2 ** 30) / SCALE;
const THRESHOLD_BYTES = 2 ** 30 / SCALE;
const ROUNDS = 3;
/** Address spaces, and a window of at least a cycle with so many, s. */
const WINDOWS: ReadonlyMap<number, number> = new Map([
  [1, 0.1],
  [2, 0.06],
  [4, 0.03],
  [8, 0.03],
  [16, 0.03],
  [32, 0.03],
]);
const KERNELS = ['pristine', 'patched'] as const;
const CHANGE = 'change';

const SOURCE = 'RFC v3 of the munmap series (30 June 2018), stress-ng --mmap';
const PUBLISHED = { pristine: 89_410, patched: 97_290 } as const;
const PUBLISHED_CHANGE = 8.8;

const CASES = [...WINDOWS].flatMap(([mms, seconds]) =>
  KERNELS.map((kernel) => ({ mms, seconds, kernel })),
);

export const seedMachine: Study = {
  name: 'seed-machine',
  title: '32 tasks with 2.5 GiB each: threads of one mm, or a process each',
  fitted: ['Nothing; the costs are those of the profile, of single tasks.'],
  findings,
  async measure(lab) {
    const results = await lab.run(
      CASES.map(({ mms, seconds, kernel }) => ({
        machine: MACHINE,
        stressor: 'fault-munmap',
        kernel,
        tasks: TASKS,
        mms,
        mmapBytes: BYTES,
        thresholdBytes: THRESHOLD_BYTES,
        rounds: ROUNDS,
        seconds,
      })),
    );
    return [...WINDOWS.keys()].flatMap((mms) => {
      const [before, after] = KERNELS.map((kernel) => {
        return meanRate(results[CASES.findIndex((it) => it.mms === mms && it.kernel === kernel)]!);
      });
      return rowsOf(mms, before!, after!);
    });
  },
};

/** Rates stand beside the published ones only where the tasks are processes, as stress-ng's are. */
function rowsOf(mms: number, before: number, after: number): ReproductionRow[] {
  const conditions = `${MACHINE}; fault-munmap, ${TASKS} tasks; scaled: each has ${BYTES / TASKS / 2 ** 20} MiB, a page of which stands for ${SCALE} of 2.5 GiB; ${ROUNDS} seeds`;
  const isPublished = mms === TASKS;
  const beside = (value: number) =>
    isPublished ? ({ value, source: SOURCE, standing: 'predicted' } as const) : undefined;
  const rate = (kernel: (typeof KERNELS)[number], ours: number) =>
    rowOf(
      { name: nameOf(mms, kernel), conditions, unit: 'faults/s', ours },
      beside(PUBLISHED[kernel]),
    );
  const change = {
    name: nameOf(mms, CHANGE),
    conditions,
    unit: '%',
    ours: (after / before - 1) * 100,
  };
  return [
    rate('pristine', before),
    rate('patched', after),
    rowOf(change, beside(PUBLISHED_CHANGE)),
  ];
}

function nameOf(mms: number, what: string): string {
  return `${mms} address ${mms === 1 ? 'space' : 'spaces'}, ${what}`;
}

function meanRate(trials: readonly TrialSamples[]): number {
  const faults = trials.reduce((sum, { counters }) => sum + counters.faultsTotal, 0);
  return faults / trials.reduce((sum, { seconds }) => sum + seconds, 0);
}

function findings(rows: readonly ReproductionRow[]): string[] {
  const ours = (mms: number, what: string): number => rowNamed(rows, nameOf(mms, what)).ours;
  const published = (what: string): number => rowNamed(rows, nameOf(TASKS, what)).published!;
  const change = (mms: number): string => signedPercent(ours(mms, CHANGE));
  /** Of one task, between one fault and the next, us. */
  const perFault = (rate: number): number => (TASKS / rate) * 1e6;
  const theirs = perFault(published('pristine'));
  const missing = theirs - perFault(published('patched'));
  const saved = perFault(ours(1, 'pristine')) - perFault(ours(1, 'patched'));
  const shared = [...WINDOWS.keys()].filter((mms) => mms > 1 && mms < TASKS).reverse();
  const shares = shared.map((mms) => `${TASKS / mms} to an mm ${change(mms)}`).join(', ');
  const wanted = signedPercent(published(CHANGE));
  return [
    `Where all tasks are threads of one mm the patch changes the rate by ${change(1)}; where each has an mm of its own, as in stress-ng, by ${change(TASKS)}: nobody waits for anybody else's munmap there.`,
    `The published rates are those of another workload: a task of stress-ng spends ${theirs.toFixed(0)} us on a fault, where one here spends ${perFault(ours(TASKS, 'pristine')).toFixed(1)} us on a fault and its share of a munmap.`,
    `For ${wanted} in these ${theirs.toFixed(0)} us a task would have to be spared ${missing.toFixed(0)} us per fault. With all tasks in one mm and nothing else to do, patched spares it ${saved.toFixed(1)} us; that is ${signedPercent((100 * saved) / (theirs - saved))} of the published rate.`,
    `${wanted} takes tasks that share address spaces and do little but fault and unmap (${shares}); or the two runs differed by more than the patch, as their author's remark "not very stable" allows.`,
  ];
}
