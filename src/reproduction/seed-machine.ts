/** Study 5: the job of the series, 32 tasks with 2.5 GiB each, on the machine of the series. */
import type { ReproductionRow } from '../samples/reproduction.js';
import type { TrialSamples } from '../samples/samples.js';
import { rowOf } from './row.js';
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
  const spaces = mms === 1 ? '1 address space' : `${mms} address spaces`;
  const conditions = `${MACHINE}, fault-munmap, ${TASKS} tasks, 2.5 GiB each, 1 page for ${SCALE}`;
  const isPublished = mms === TASKS;
  const beside = (value: number) =>
    isPublished ? ({ value, source: SOURCE, standing: 'predicted' } as const) : undefined;
  const rate = (kernel: (typeof KERNELS)[number], ours: number) =>
    rowOf(
      { name: `${spaces}, ${kernel}`, conditions, unit: 'faults/s', ours },
      beside(PUBLISHED[kernel]),
    );
  const change = {
    name: changeName(spaces),
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

function changeName(spaces: string): string {
  return `${spaces}, change`;
}

function meanRate(trials: readonly TrialSamples[]): number {
  const faults = trials.reduce((sum, { counters }) => sum + counters.faultsTotal, 0);
  return faults / trials.reduce((sum, { seconds }) => sum + seconds, 0);
}

function findings(rows: readonly ReproductionRow[]): string[] {
  const change = (spaces: string): string => {
    const { ours } = rows.find(({ name }) => name === changeName(spaces))!;
    return `${ours >= 0 ? '+' : ''}${ours.toFixed(1)} %`;
  };
  return [
    `Where all tasks are threads of one mm the patch does ${change('1 address space')}; where each has an mm of its own, as in stress-ng, ${change('32 address spaces')}: nobody waits for anybody else's munmap there.`,
    'The published rates are those of another workload: stress-ng spends 358 us of each task on a fault, nearly all of it in file pages, msync and system calls, and its posted code never took the new path.',
    `For +8.8 % the tasks would have to share address spaces, ${TASKS / 16} to an mm give ${change('16 address spaces')}, ${TASKS / 8} ${change('8 address spaces')} and ${TASKS / 4} ${change('4 address spaces')} here, where nothing but faults and munmap takes time; or the two runs differed by more than the patch, as their author's remark "not very stable" allows.`,
  ];
}
