/** Study 6: will-it-scale's page_fault1 as threads of one process and as processes, 1 to 64 tasks. */
import type { ReproductionRow } from '../samples/reproduction.js';
import type { TrialSamples } from '../samples/samples.js';
import { rowNamed, rowOf, signedPercent } from './row.js';
import type { Study } from './study.js';

/** 64 CPUs. */
const MACHINE = 'icelake-8336c-64';
const COUNTS = [1, 2, 4, 8, 16, 32, 64] as const;
const FORMS = ['threads', 'processes'] as const;
const KERNELS = ['pristine', 'patched'] as const;
const BYTES = 2 ** 27;
/** Some cycles of 40 ms, each of which is many times as long where the lock is the limit. */
const SECONDS = 0.5;
const ROUNDS = 3;

type Form = (typeof FORMS)[number];
type Kernel = (typeof KERNELS)[number];

const CASES = FORMS.flatMap((form) =>
  COUNTS.flatMap((tasks) => KERNELS.map((kernel) => ({ form, tasks, kernel }))),
);

const CONDITIONS = `${MACHINE}; page-fault1 of 128 MiB per task, threshold 4 KiB; ${ROUNDS} seeds of ${SECONDS} s`;

export const pageFaultThreads: Study = {
  name: 'page-fault-threads',
  title: 'page_fault1_threads beside page_fault1_processes, 1 to 64 tasks (will-it-scale)',
  fitted: ['Nothing that is in these figures beside the costs of the machine.'],
  findings,
  async measure(lab) {
    const results = await lab.run(
      CASES.map(({ form, tasks, kernel }) => {
        const stressor = `page-fault1-${form}`;
        return {
          machine: MACHINE,
          stressor,
          kernel,
          tasks,
          stress: { entries: [{ stressor, instances: tasks, options: { bytes: BYTES } }] },
          mmapBytes: tasks * BYTES,
          thresholdBytes: 4096,
          rounds: ROUNDS,
          seconds: SECONDS,
        };
      }),
    );
    return CASES.map((one, i): ReproductionRow => {
      const ours = perSecond(results[i]!);
      return rowOf({ name: nameOf(one), conditions: CONDITIONS, unit: 'iterations/s', ours });
    });
  },
};

function perSecond(trials: readonly TrialSamples[]): number {
  const done = trials.reduce((sum, { counters }) => sum + (counters.bogoOps ?? 0), 0);
  return done / trials.reduce((sum, { seconds }) => sum + seconds, 0);
}

function nameOf({ form, tasks, kernel }: (typeof CASES)[number]): string {
  return `${tasks} ${tasks === 1 ? form.replace(/(s|es)$/, '') : form}, ${kernel}`;
}

function findings(rows: readonly ReproductionRow[]): string[] {
  const ours = (form: Form, tasks: number, kernel: Kernel): number =>
    rowNamed(rows, nameOf({ form, tasks, kernel } as (typeof CASES)[number])).ours;
  const changes = (form: Form): string =>
    COUNTS.map((tasks) => {
      const change = ours(form, tasks, 'patched') / ours(form, tasks, 'pristine') - 1;
      return `${signedPercent(100 * change)} at ${tasks}`;
    }).join(', ');
  const most = (form: Form, kernel: Kernel): number =>
    COUNTS.reduce((best, tasks) =>
      ours(form, tasks, kernel) > ours(form, best, kernel) ? tasks : best,
    );
  const times = (form: Form, kernel: Kernel): string => {
    const tasks = most(form, kernel);
    return `${(ours(form, tasks, kernel) / ours(form, 1, kernel)).toFixed(1)} times what one makes, at ${tasks}`;
  };
  return [
    `As threads of one process, patched against pristine: ${changes('threads')}. Others fault while one zaps its 128 MiB.`,
    `As processes: ${changes('processes')}. No two share an mmap_sem.`,
    `Threads make at most ${times('threads', 'pristine')}, with pristine, ${times('threads', 'patched')}, with patched: from there on all wait for the cache line of mmap_sem.`,
    `Processes make at most ${times('processes', 'pristine')}: then it is the lock of the one zone that all pages come from, 31 at a time; a real machine has a zone for each node.`,
  ];
}
