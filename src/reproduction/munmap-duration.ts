/** Study 1: how long one munmap of a large mapping takes, and how much of it is exclusive. */
import type { TrialSamples } from '../samples/samples.js';
import { rowNamed, rowOf, type Published } from './row.js';
import type { Study } from './study.js';

const MACHINE = 'e5-2680-32';
const GIB = 2 ** 30;

/** ns per page of zap and free: 217.7 with its page table, as 160 GB took in March 2018. */
export const MARCH_COSTS = { zapPageNs: 146, freePageNs: 70 };
/** The same as 80 GB took on 11 July: 103.3. */
const JULY_COSTS = { zapPageNs: 68, freePageNs: 33 };
/** And on 19 July: 118.5. */
const MAINLINE_COSTS = { zapPageNs: 79, freePageNs: 38 };
const MARCH = 'v1 of the munmap series (21 March 2018)';
const JULY = 'v4 of the munmap series (11 July 2018)';
const MERGED = 'v5 of the munmap series (19 July 2018) to the merged one';

/** Of a trial with one munmap: how long it took, and how long it held mmap_sem for write. */
const FIGURES = {
  total: { label: 'all', secondsOf: ({ counters }: TrialSamples) => counters.munmapNs / 1e9 },
  exclusive: {
    label: 'exclusive',
    secondsOf: ({ mmapSem }: TrialSamples) => mmapSem.writeHold.summary().total / 1e9,
  },
} as const;

interface Case {
  readonly gib: number;
  readonly kernel: string;
  /** When its costs were measured, if not in March. */
  readonly when?: string;
  readonly costs: Readonly<Record<string, number>>;
  /** What is read off the run, and what was published of it. */
  readonly figures: readonly (readonly [figure: keyof typeof FIGURES, published?: Published])[];
}

const fittedTo = (value: number, source: string): Published => ({
  value,
  source,
  standing: 'fitted',
});
const predicted = (value: number, source: string): Published => ({
  value,
  source,
  standing: 'predicted',
});

const CASES: readonly Case[] = [
  march(80, 'pristine', [['total', predicted(5.008377, MARCH)]]),
  march(160, 'pristine', [['total', fittedTo(9.129243, MARCH)]]),
  march(320, 'pristine', [['total', predicted(17.91531, MARCH)]]),
  march(80, 'patched', [['exclusive'], ['total']]),
  march(160, 'patched', [['exclusive'], ['total']]),
  march(320, 'patched', [['exclusive'], ['total']]),
  march(320, 'mainline', [['exclusive'], ['total']]),
  july('pristine', [['total', fittedTo(2.165369, JULY)]]),
  july('patched', [
    ['total', predicted(2.166535, JULY)],
    ['exclusive', fittedTo(0.035148923, JULY)],
  ]),
  {
    gib: 80,
    kernel: 'mainline',
    when: 'on 19 July',
    costs: MAINLINE_COSTS,
    figures: [
      ['total', fittedTo(2.485692, MERGED)],
      ['exclusive', predicted(8e-6, MERGED)],
    ],
  },
];

function march(gib: number, kernel: string, figures: Case['figures']): Case {
  return { gib, kernel, costs: MARCH_COSTS, figures };
}

function july(kernel: string, figures: Case['figures']): Case {
  return { gib: 80, kernel, when: 'on 11 July', costs: JULY_COSTS, figures };
}

export const munmapDuration: Study = {
  name: 'munmap-duration',
  title: 'one munmap of 80 to 320 GB, every page present, by kernel',
  fitted: [
    'zapPageNs and freePageNs to the 160 GB of March, together; to the 80 GB of 11 and of 19 July for the rows of those days.',
    'freeTableNs to the exclusive 35.1 ms of v4, which zaps like patched and cleans up in its last hold.',
  ],
  findings: (rows) => {
    const ours = (name: string): number => rowNamed(rows, name).ours;
    const share = ours('320 GB, patched, exclusive') / ours('320 GB, patched, all');
    const mainline = rowNamed(rows, '80 GB, mainline on 19 July, exclusive');
    const perGb = (gib: number): number =>
      rowNamed(rows, `${gib} GB, pristine, all`).published! / gib;
    return [
      `With patched, mmap_sem is held for write for ${(100 * share).toFixed(2)} % of a munmap of 320 GB in place of all of it; the munmap takes ${ours('320 GB, patched, all').toFixed(2)} s in place of ${ours('320 GB, pristine, all').toFixed(2)} s.`,
      `The exclusive part of mainline, the lookup and the detaching, takes ${microseconds(mainline.ours)} us here; the ${microseconds(mainline.published!)} us published come from a function tracer, whose own time for every call is in them.`,
      `The published times per GB differ by ${(100 * (perGb(80) / perGb(320) - 1)).toFixed(0)} % between 80 and 320 GB; a model of one cost per page cannot follow that.`,
    ];
  },
  async measure(lab) {
    const results = await lab.run(
      CASES.map(({ gib, kernel, costs }) => ({
        machine: MACHINE,
        changes: changesOf(costs),
        stressor: 'munmap-once',
        kernel,
        tasks: 1,
        mmapBytes: gib * GIB,
        seconds: 3600,
      })),
    );
    return results.flatMap(([trial], i) => rowsOf(CASES[i]!, trial!));
  },
};

function rowsOf({ gib, kernel, when, costs, figures }: Case, trial: TrialSamples) {
  return figures.map(([figure, published]) => {
    const { label, secondsOf } = FIGURES[figure];
    return rowOf(
      {
        name: `${gib} GB, ${[kernel, when].filter(Boolean).join(' ')}, ${label}`,
        conditions: `${MACHINE} with ${changesOf(costs).join(', ')}; munmap-once, 1 task`,
        unit: 's',
        ours: secondsOf(trial),
      },
      published,
    );
  });
}

function microseconds(seconds: number): string {
  return (seconds * 1e6).toPrecision(2).replace(/\.0$/, '');
}

/** As `--set` takes them. */
export function changesOf(costs: Readonly<Record<string, number>>): string[] {
  return Object.entries(costs).map(([name, value]) => `${name}=${value}`);
}
