/**
 * The document that `--yaml` writes of a run. Keys, nesting and number formats are stress-ng's; ours
 * are the last ones of system-info, which say that all of it is simulated, and by whom. There is no
 * build-info, which HEAD begins with: it tells of a compiler and its flags, and nothing was compiled.
 */
import type { Compat } from '../../plan/stress.js';
import { fixed, scientific } from './c-format.js';
import { twoDigits } from './message.js';
import { ownMetrics } from './own-metrics.js';
import { perfCounts } from './perf-events.js';
import {
  printedName,
  ratio,
  totalsOf,
  type EntryRun,
  type EntryTotals,
  type StressRun,
} from './stress-run.js';
import { percentOf, TICKS_PER_SECOND, timesOf } from './times.js';
import { eventKey, metricKey } from './yaml-keys.js';
import {
  listSection,
  mapSection,
  type YamlFields,
  type YamlItem,
  type YamlScalar,
} from './yaml-text.js';

/** Sections that are written only if asked for. */
export interface YamlChoice {
  readonly metrics: boolean;
  readonly perf: boolean;
  readonly times: boolean;
  /** `--sn`: metrics in scientific notation. */
  readonly scientific: boolean;
}

type Field = readonly [key: string, value: YamlScalar];
type NumberFormat = (value: number) => string;

const PAGE_SIZE = 4096;

/** The release that a form is of; HEAD's is the one it was read in. */
const RELEASES: Readonly<Record<Compat, string>> = {
  '0.09.31': '0.09.31',
  '0.15.06': '0.15.06',
  head: '0.22.00',
};

/** From `---` to `...`, with a line end: documents of several runs are put behind one another. */
export function yamlDocument(run: StressRun, choice: YamlChoice): string {
  const { compat } = run;
  const format: NumberFormat = choice.scientific
    ? (value) => scientific(value, 6)
    : (value) => fixed(value, 6);
  const lines = [
    '---',
    ...mapSection('system-info', systemInfo(run), compat),
    '',
    ...(choice.metrics ? listSection('metrics', metricsItems(run, format), compat) : []),
    ...(choice.perf ? listSection('perfstats', perfItems(run), compat) : []),
    ...(choice.times ? mapSection('times', timesFields(run), compat) : []),
    '...',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function systemInfo({ kernel, compat, sharedMm, machine, teller }: StressRun): YamlFields {
  const at = new Date(teller.startedAt);
  const date = [String(at.getFullYear()), ...[at.getMonth() + 1, at.getDate()].map(twoDigits)];
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits);
  const fields: readonly Field[] = [
    text('stress-ng-version', RELEASES[compat]),
    text('run-by', teller.user),
    text('date-yyyy-mm-dd', date.join(':')),
    text('time-hh-mm-ss', time.join(':')),
    whole('epoch-secs', Math.floor(at.getTime() / 1000)),
    text('hostname', teller.hostname),
    text('sysname', 'Linux'),
    text('nodename', machine.name),
    text('release', 'simulated'),
    text('version', '#1 SMP simulated'),
    text('machine', 'x86_64'),
    text('compiler', 'none'),
    text('libc', 'none'),
    whole('uptime', 0),
    whole('totalram', machine.memoryBytes),
    // As the machine was before the run: nothing else lives in it.
    whole('freeram', machine.memoryBytes),
    ...['sharedram', 'bufferram', 'totalswap', 'freeswap'].map((key) => whole(key, 0)),
    whole('pagesize', PAGE_SIZE),
    whole('cpus', machine.cpusConfigured),
    whole('cpus-online', machine.cpusOnline),
    whole('ticks-per-second', TICKS_PER_SECOND),
    text('simulated-by', `${teller.program} ${teller.version}`),
    text('kernel', kernel),
    ...(sharedMm ? [whole('address-spaces', 1)] : []),
  ];
  return fields.filter(([key]) => !LACKING[compat].includes(key));
}

/** Keys that a release has not yet. */
const LACKING: Readonly<Record<Compat, readonly string[]>> = {
  '0.09.31': ['compiler', 'libc'],
  '0.15.06': ['libc'],
  head: [],
};

function metricsItems({ entries, compat }: StressRun, format: NumberFormat): YamlItem[] {
  return entries.map((entry) => {
    const totals = totalsFields(totalsOf(entry.instances), 'cpu-usage-per-instance', format);
    const fields = [
      text('stressor', printedName(entry.stressor)),
      ...totals.slice(0, METRICS_MAX[compat]),
      ...ownFields(entry, compat, format),
    ];
    if (compat !== 'head') return { fields };
    const items = entry.instances.map((one): YamlFields => {
      const own = ownFields({ instances: [one] }, compat, format);
      const totalsOfOne = totalsFields(totalsOf([one]), 'cpu-usage', format);
      return [whole('instance', one.instance), ...totalsOfOne, ...own];
    });
    return { fields, within: { key: 'instances', items } };
  });
}

/** How many of the totals a release tells: 0.09 ends at system-time. */
const METRICS_MAX: Readonly<Record<Compat, number>> = { '0.09.31': 6, '0.15.06': 8, head: 8 };

function totalsFields(totals: EntryTotals, cpuKey: string, format: NumberFormat): YamlFields {
  return [
    whole('bogo-ops', totals.bogoOps),
    float('bogo-ops-per-second-usr-sys-time', totals.opsPerCpuSecond, format),
    float('bogo-ops-per-second-real-time', totals.opsPerRealSecond, format),
    float('wall-clock-time', totals.realSeconds, format),
    float('user-time', totals.userSeconds, format),
    float('system-time', totals.systemSeconds, format),
    float(cpuKey, totals.cpuPercent, format),
    whole('max-rss', totals.rssKb),
  ];
}

/** Where two descriptions come to the same key, the later ones are numbered: a key stands once. */
function ownFields(
  entry: Pick<EntryRun, 'instances'>,
  compat: Compat,
  format: NumberFormat,
): YamlFields {
  const seen = new Map<string, number>();
  return ownMetrics(entry).map(({ description, average }) => {
    const key = metricKey(description, compat);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return float(count === 1 ? key : `${key}-${count}`, average, format);
  });
}

function perfItems({ entries, compat }: StressRun): YamlItem[] {
  return entries.map(({ stressor, instances, durationSeconds }) => ({
    fields: [
      text('stressor', printedName(stressor)),
      float('duration', durationSeconds),
      ...perfCounts(instances, compat).flatMap(({ label, count }): Field[] => [
        whole(`${eventKey(label)}_total`, count),
        float(`${eventKey(label)}_per_second`, ratio(count, durationSeconds)),
      ]),
    ],
  }));
}

function timesFields(run: StressRun): YamlFields {
  const times = timesOf(run);
  const [load1, load5, load15] = times.loadAverages;
  return [
    float('run-time', times.runSeconds),
    float('available-cpu-time', times.availableSeconds),
    float('user-time', times.userSeconds),
    float('system-time', times.systemSeconds),
    float('total-time', times.totalSeconds),
    float('user-time-percent', percentOf(times.userSeconds, times)),
    float('system-time-percent', percentOf(times.systemSeconds, times)),
    float('total-time-percent', percentOf(times.totalSeconds, times)),
    float('load-average-1-minute', load1),
    float('load-average-5-minute', load5),
    float('load-average-15-minute', load15),
  ];
}

function text(key: string, value: string): Field {
  return [key, { text: value }];
}

function whole(key: string, value: number): Field {
  return [key, { number: String(value) }];
}

function float(key: string, value: number, format: NumberFormat = (plain) => fixed(plain, 6)): Field {
  return [key, { number: format(value) }];
}
