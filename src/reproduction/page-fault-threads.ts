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
/** Several rounds of some 40 ms, and of many more where the lock is the limit. */
const SECONDS = 0.5;

type Form = (typeof FORMS)[number];
type Kernel = (typeof KERNELS)[number];

const CASES = FORMS.flatMap((form) =>
  COUNTS.flatMap((tasks) => KERNELS.map((kernel) => ({ form, tasks, kernel }))),
);

const CONDITIONS = `${MACHINE}; page-fault1 of 128 MiB per task, threshold 4 KiB, ${SECONDS} s`;

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
          seconds: SECONDS,
        };
      }),
    );
    return CASES.map((one, i): ReproductionRow => {
      const ours = perSecond(results[i]![0]!);
      return rowOf({ name: nameOf(one), conditions: CONDITIONS, unit: 'iterations/s', ours });
    });
  },
};

function perSecond({ counters, seconds }: TrialSamples): number {
  return (counters.bogoOps ?? 0) / seconds;
}

function nameOf({ form, tasks, kernel }: (typeof CASES)[number]): string {
  return `${tasks} ${tasks === 1 ? form.replace(/(s|es)$/, '') : form}, ${kernel}`;
}

function findings(rows: readonly ReproductionRow[]): string[] {
  const ours = (form: Form, tasks: number, kernel: Kernel): number =>
    rowNamed(rows, nameOf({ form, tasks, kernel } as (typeof CASES)[number])).ours;
  const change = (form: Form, tasks: number): number =>
    100 * (ours(form, tasks, 'patched') / ours(form, tasks, 'pristine') - 1);
  const most = COUNTS.reduce((best, tasks) =>
    change('threads', tasks) > change('threads', best) ? tasks : best,
  );
  const last = COUNTS.at(-1)!;
  const scaled = (form: Form, kernel: Kernel): string =>
    (ours(form, last, kernel) / ours(form, 1, kernel)).toFixed(1);
  return [
    `Processes share no mmap_sem: ${last} of them make ${scaled('processes', 'pristine')} times what one makes, with either kernel.`,
    `Threads of one process do: ${last} make ${scaled('threads', 'pristine')} times what one makes with pristine, ${scaled('threads', 'patched')} times with patched. patched changes most at ${most} threads, by ${signedPercent(change('threads', most))}: there others fault while one zaps its 128 MiB.`,
    `At ${last} threads it is ${signedPercent(change('threads', last))}: the cache line of mmap_sem is what all wait for by then, and no patch to munmap moves it.`,
  ];
}
