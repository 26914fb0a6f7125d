/** Study 7: the command of the series itself, operation for operation, for its 600 s. */
import type { Compat } from '../plan/stress.js';
import type { ReproductionRow } from '../samples/reproduction.js';
import type { TrialSamples } from '../samples/samples.js';
import { rowNamed, rowOf, signedPercent, type Published } from './row.js';
import type { Lab } from './lab.js';
import type { Study } from './study.js';

const MACHINE = 'e5-2680-32';
const INSTANCES = 32;
const BYTES = 80 * 2 ** 30;
const PAGES = BYTES / 4096;
const SECONDS = 600;
const KERNELS = ['pristine', 'patched'] as const;
type Kernel = (typeof KERNELS)[number];

/** The release of June 2018, and the one of today; that one's instances also as threads of one process. */
const FORMS: readonly { readonly compat: Compat; readonly sharedMm: boolean }[] = [
  { compat: '0.09.31', sharedMm: false },
  { compat: 'head', sharedMm: false },
  { compat: 'head', sharedMm: true },
];
type Form = (typeof FORMS)[number];

/** perf's figure was that of instance 0 times 32: rate x 600 s / 32, over 655,360 pages. */
const PUBLISHED: Readonly<Record<Kernel, Published>> = {
  pristine: beside(2.56),
  patched: beside(2.78),
};

/** A twentieth of the run, on the profile's disk and on one that is as much faster as the published rate rose. */
const PART = 20;
const DISK_PAGE_NS = [24_000, 22_060] as const;
const FASTER_DISK = 'a twentieth of the run on a disk 8.8 % faster, change';

const CASES = FORMS.flatMap((form) => KERNELS.map((kernel) => ({ ...form, kernel })));

export const seedCommand: Study = {
  name: 'seed-command',
  title: 'stress-ng --mmap 0 --mmap-bytes 80G --mmap-file, 600 s on 32 CPUs, op for op',
  fitted: [
    'Nothing in the difference of the kernels. How many operations fit into 600 s is the disk: 170 MB/s and 100 us are believed, as the series does not name it.',
  ],
  findings,
  async measure(lab) {
    const results = await lab.run(
      CASES.map(({ compat, sharedMm, kernel }) => ({
        machine: MACHINE,
        stressor: 'mmap',
        kernel,
        tasks: INSTANCES,
        stress: {
          entries: [
            { stressor: 'mmap', instances: INSTANCES, options: { bytes: BYTES, file: true } },
          ],
          compat,
          sharedMm,
        },
        mmapBytes: BYTES,
        seconds: SECONDS,
      })),
    );
    const rows = FORMS.flatMap((form, i) => {
      const [before, after] = KERNELS.map((_, kernel) => results[i * KERNELS.length + kernel]![0]!);
      return rowsOf(form, before!, after!);
    });
    return [...rows, await fasterDisk(lab)];
  },
};

/** What the disk alone does to the rate. */
async function fasterDisk(lab: Lab): Promise<ReproductionRow> {
  const bytes = BYTES / PART;
  const results = await lab.run(
    DISK_PAGE_NS.map((diskPageNs) => ({
      machine: MACHINE,
      changes: [`diskPageNs=${diskPageNs}`],
      stressor: 'mmap',
      tasks: INSTANCES,
      stress: {
        entries: [{ stressor: 'mmap', instances: INSTANCES, options: { bytes, file: true } }],
      },
      mmapBytes: bytes,
      seconds: SECONDS / PART,
    })),
  );
  const [slow, fast] = results.map(([trial]) => trial!.counters.faultsTotal / trial!.seconds);
  const conditions = `${MACHINE}; mmap as in stress-ng head, ${INSTANCES} instances, a process each; 4 GiB and 30 s, pristine, diskPageNs=${DISK_PAGE_NS.join(' and ')}`;
  return rowOf({ name: FASTER_DISK, conditions, unit: '%', ours: 100 * (fast! / slow! - 1) });
}

function beside(value: number): Published {
  const source =
    'RFC v3 of the munmap series (30 June 2018), page faults/sec of 600 s as perf of then';
  return { value, source, standing: 'predicted' };
}

function rowsOf(form: Form, before: TrialSamples, after: TrialSamples): ReproductionRow[] {
  const where = form.sharedMm ? 'all instances in one address space' : 'a process each';
  const conditions = `${MACHINE}; mmap as in stress-ng ${form.compat}, ${INSTANCES} instances, ${where}`;
  // What is under way at the end of the 600 s goes on to its end: as perf's, the rate is that of the whole run.
  const perPage = ({ counters, seconds }: TrialSamples): number =>
    ((counters.faultsTotal / seconds) * SECONDS) / PAGES;
  const isPublished = !form.sharedMm && form.compat === '0.09.31';
  const rate = (kernel: Kernel, trial: TrialSamples) =>
    rowOf(
      { name: nameOf(form, kernel), conditions, unit: 'faults/page', ours: perPage(trial) },
      isPublished ? PUBLISHED[kernel] : undefined,
    );
  const changes = changesOf(before, after);
  const change = (what: string, ours: number) =>
    rowOf({ name: nameOf(form, what), conditions, unit: '%', ours });
  return [
    rate('pristine', before),
    rate('patched', after),
    change('change', 100 * (perPage(after) / perPage(before) - 1)),
    change('least change of an instance', Math.min(...changes)),
    change('greatest change of an instance', Math.max(...changes)),
  ];
}

/** Of every instance, which draws the same random numbers under both kernels, per cent. */
function changesOf(before: TrialSamples, after: TrialSamples): number[] {
  return before.instances!.map(({ faults }, i) => {
    return 100 * (after.instances![i]!.faults.total / faults.total - 1);
  });
}

function nameOf({ compat, sharedMm }: Form, what: string): string {
  return `${compat}, ${sharedMm ? 'one address space' : 'processes'}, ${what}`;
}

function findings(rows: readonly ReproductionRow[]): string[] {
  const ours = (form: Form, what: string): number => rowNamed(rows, nameOf(form, what)).ours;
  const [old] = FORMS;
  return [
    `Instances that are processes have nobody to wait for at an mmap_sem, and no munmap but those of the whole region has more than a page: the patch changes ${signedPercent(ours(old!, 'change'))}, and no instance by more than ${signedPercent(ours(old!, 'greatest change of an instance'))} or less than ${signedPercent(ours(old!, 'least change of an instance'))}.`,
    `An operation faults about twice on each page, before and after its msync of all of them, and is as long as the disk takes for 80 GiB: ${ours(old!, 'pristine').toPrecision(3)} faults per page are how far the operations got in ${SECONDS} s. They come in bursts, between the waits for it: in a twentieth of the run a disk that is 8.8 % faster, as the published rate is higher, makes ${signedPercent(rowNamed(rows, FASTER_DISK).ours)} by itself.`,
    ...FORMS.slice(1).map(
      (form) =>
        `${form.compat}, ${form.sharedMm ? 'all instances in one address space' : 'a process each'}: ${ours(form, 'pristine').toPrecision(3)} faults per page, ${signedPercent(ours(form, 'change'))} with the patch.`,
    ),
  ];
}
