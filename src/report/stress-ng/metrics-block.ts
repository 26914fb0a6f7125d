/** `--metrics` and `--metrics-brief`: a line for every stressor, and one for every metric of its own. */
import type { Compat } from '../../plan/stress.js';
import { fixed, scientific } from './c-format.js';
import { metrc, type Message } from './message.js';
import { ownMetrics, type OwnMetric } from './own-metrics.js';
import {
  outcomeOf,
  printedName,
  totalsOf,
  type EntryRun,
  type EntryTotals,
  type StressRun,
} from './stress-run.js';

export interface MetricsStyle {
  readonly brief: boolean;
  /** `--sn`: numbers in scientific notation. */
  readonly scientific: boolean;
}

interface Column {
  readonly key: Exclude<keyof EntryTotals, 'bogoOps' | 'rssKb'>;
  readonly head: readonly [string, string];
  readonly width: number;
  /** Of `--sn`, where the head keeps its width. */
  readonly scientific: { readonly width: number; readonly decimals: number };
}

const NAME_WIDTH = 13;
const OPS_WIDTH = 9;
const RSS_WIDTH = 13;

const time = (key: Column['key'], head: string): Column => ({
  key,
  head: [head, '(secs) '],
  width: 9,
  scientific: { width: 9, decimals: 3 },
});

const rate = (key: Column['key'], per: string, width: number): Column => ({
  key,
  head: ['bogo ops/s', per],
  width,
  scientific: { width, decimals: 5 },
});

const BRIEF: readonly Column[] = [
  time('realSeconds', 'real time'),
  time('userSeconds', 'usr time'),
  time('systemSeconds', 'sys time'),
  rate('opsPerRealSecond', '(real time)', 12),
  rate('opsPerCpuSecond', '(usr+sys time)', 14),
];

const CPU: Column = {
  key: 'cpuPercent',
  head: ['CPU used per', 'instance (%)'],
  width: 12,
  scientific: { width: 15, decimals: 4 },
};

interface Form {
  readonly columns: readonly Column[];
  readonly rss: boolean;
}

/** Before it had more columns, stress-ng gave both rates the same width, too little for a head. */
const OLD: Form = {
  columns: BRIEF.map((column) => (column.width === 14 ? { ...column, width: 12 } : column)),
  rss: false,
};
const FULL: Form = { columns: [...BRIEF, CPU], rss: true };

const FORMS: Readonly<Record<Compat, { readonly full: Form; readonly brief: Form }>> = {
  '0.09.31': { full: OLD, brief: OLD },
  '0.15.06': { full: FULL, brief: { columns: BRIEF, rss: false } },
  head: { full: FULL, brief: { columns: BRIEF, rss: false } },
};

export function metricsMessages({ entries, compat }: StressRun, style: MetricsStyle): Message[] {
  const form = FORMS[compat][style.brief ? 'brief' : 'full'];
  const shown = entries.filter((entry) => !style.brief || hasRun(entry));
  const lines = [
    headLine('stressor', 'bogo ops', 'RSS Max', 0, form),
    headLine('', '', '(KB)', 1, form),
    ...shown.map((entry) => row(entry, form, style)),
  ];
  return [...lines, ...ownLines(entries, compat, style)].map(metrc);
}

/** What the short form leaves out has done nothing, and failed. */
function hasRun({ instances }: EntryRun): boolean {
  const { bogoOps } = totalsOf(instances);
  return bogoOps > 0 || instances.some((instance) => outcomeOf(instance) === 'passed');
}

function headLine(name: string, ops: string, rss: string, line: 0 | 1, form: Form): string {
  const cells = form.columns.map(({ head, width }) => head[line].padStart(width));
  return [
    name.padEnd(NAME_WIDTH),
    ops.padStart(OPS_WIDTH),
    ...cells,
    ...(form.rss ? [rss.padStart(RSS_WIDTH)] : []),
  ].join(' ');
}

function row({ stressor, instances }: EntryRun, form: Form, style: MetricsStyle): string {
  const totals = totalsOf(instances);
  const cells = form.columns.map(({ key, width, scientific: sn }) =>
    style.scientific
      ? scientific(totals[key], sn.decimals).padStart(sn.width)
      : fixed(totals[key], 2).padStart(width),
  );
  return [
    printedName(stressor).padEnd(NAME_WIDTH),
    String(totals.bogoOps).padStart(OPS_WIDTH),
    ...cells,
    ...(form.rss ? [String(totals.rssKb).padStart(RSS_WIDTH)] : []),
  ].join(' ');
}

/** As the releases spell it; 0.09 had no such metrics, and gets them in the next one's words. */
const GEOMETRIC: Readonly<Record<Compat, string>> = {
  '0.09.31': 'geometic mean',
  '0.15.06': 'geometic mean',
  head: 'geometric mean',
};

function ownLines(entries: readonly EntryRun[], compat: Compat, style: MetricsStyle): string[] {
  if (style.brief && compat === 'head') return [];
  const lines = entries.flatMap(({ stressor, instances }) =>
    ownMetrics({ instances }).map((metric) => {
      const name = printedName(stressor).padEnd(NAME_WIDTH);
      const value = style.scientific ? scientific(metric.value, 2) : fixed(metric.value, 2);
      const origin = originOf(metric, instances.length, compat);
      return `${name} ${value.padStart(13)} ${metric.description} (${origin})`;
    }),
  );
  return lines.length === 0 ? [] : ['miscellaneous metrics:', ...lines];
}

function originOf({ mean }: OwnMetric, instances: number, compat: Compat): string {
  const words = {
    geometric: GEOMETRIC[compat],
    harmonic: 'harmonic mean',
    total: 'total',
    maximum: 'maximum',
  }[mean];
  const plural = compat === 'head' && instances === 1 ? '' : 's';
  return `${words} of ${instances} instance${plural}`;
}
