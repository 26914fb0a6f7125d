/**
 * The blocks that stress-ng prints after a run: --metrics, --perf and --times, of all releases since
 * 0.09, with and without the prefix of its lines, among whatever else is in a log. Ours are the same.
 */
import { RATE_PREFIXES } from '../stress-ng/perf-block.js';
import { eventKey, metricKey } from '../stress-ng/yaml-keys.js';
import { BadSavedRun } from './saved-run.js';

/** What was printed of one run, or of one kernel of ours. */
export interface PrintedRun {
  /** Of ours only. */
  readonly kernel?: string;
  /** Behind the kernel's name: what is not as in stress-ng. */
  readonly remark?: string;
  readonly entries: readonly PrintedEntry[];
  /** By their keys in YAML; empty without --times. */
  readonly times: Numbers;
}

export interface PrintedEntry {
  readonly stressor: string;
  /** By their keys in YAML, as `bogo-ops`, own metrics by theirs; empty without --metrics. */
  readonly metrics: Numbers;
  /** By their keys in YAML, as `page_faults_total_per_second`; empty without --perf. */
  readonly perf: Numbers;
}

type Numbers = Readonly<Record<string, number>>;

interface Entry extends PrintedEntry {
  readonly metrics: Record<string, number>;
  readonly perf: Record<string, number>;
}

interface Run {
  readonly kernel?: string;
  readonly remark?: string;
  readonly entries: Entry[];
  readonly times: Record<string, number>;
  /** Whether its table of metrics has begun. */
  hasTable: boolean;
}

/** `stress-ng: 13:50:43.23 metrc: [123] `; text behind it keeps its spaces. */
const PREFIX = /^.*?[\w-]+: (?:[\d:.-]+ )?(?:info|debug|error|fail|warn|metrc): +\[\d+\] ?/;
const HEAD = /^stressor +bogo ops +real time +usr time +sys time +bogo ops\/s +bogo ops\/s(.*)$/;
const KERNEL = /^kernel: (\S+)(?: \((.*)\))?$/;
const BEGIN = 'dispatching hogs: ';
/** A locale may have a comma for the point. */
const NUMBER = String.raw`-?\d+(?:[.,]\d+)?(?:e[+-]\d+)?`;
const ROW = new RegExp(String.raw`^([\w-]+)((?: +${NUMBER})+)$`, 'i');
const OWN = new RegExp(
  String.raw`^([\w-]+) +(${NUMBER}) (.+?)(?: \((?:[a-z ]+ of \d+ instances?|average per stressor)\))?$`,
  'i',
);
const PERF_HEAD = /^([\w-]+):$/;
/** Thousands may be apart, too. */
const EVENT =
  /^ *(\d[\d.,'\u00A0\u202F]*) ([A-Za-z].*?) +(\d+(?:[.,]\d+)?) ([A-Z]?)\/sec *(?:\(.*\))?$/;

const COLUMNS = [
  'bogo-ops',
  'wall-clock-time',
  'user-time',
  'system-time',
  'bogo-ops-per-second-real-time',
  'bogo-ops-per-second-usr-sys-time',
];
/** What further columns are headed. */
const MORE_COLUMNS: readonly [RegExp, string][] = [
  [/CPU used per/, 'cpu-usage-per-instance'],
  [/RSS Max/, 'max-rss'],
];

const TIMES: readonly [RegExp, readonly string[]][] = [
  [/^for a ([\d.,]+)s run time:$/, ['run-time']],
  [/^ *([\d.,]+)s available CPU time$/, ['available-cpu-time']],
  [/^ *([\d.,]+)s user time +\( *([\d.,]+)%\)$/, ['user-time', 'user-time-percent']],
  [/^ *([\d.,]+)s system time +\( *([\d.,]+)%\)$/, ['system-time', 'system-time-percent']],
  [/^ *([\d.,]+)s total time +\( *([\d.,]+)%\)$/, ['total-time', 'total-time-percent']],
  [
    /^load average: ([\d.,]+) ([\d.,]+) ([\d.,]+)$/,
    ['load-average-1-minute', 'load-average-5-minute', 'load-average-15-minute'],
  ],
];

/** The runs in a text that have numbers, none if no block is in it. Throws BadSavedRun. */
export function parsePrinted(text: string): PrintedRun[] {
  const parser = new Parser();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    parser.take(line.replace(PREFIX, '').trimEnd(), index + 1);
  }
  return parser.runs
    .filter(({ entries, times }) => entries.length > 0 || Object.keys(times).length > 0)
    .map(({ hasTable: _, ...run }) => run);
}

class Parser {
  readonly runs: Run[] = [];
  #block: 'none' | 'metrics' | 'own' | 'perf' = 'none';
  #columns: readonly string[] = COLUMNS;
  #perf: Record<string, number> = {};
  /** A name that stands alone on its line is a stressor's only if an event follows. */
  #pending: string | undefined;

  /** A line without its prefix, and its number. */
  take(text: string, number: number): void {
    if (this.#takeStart(text) || this.#takeTimes(text)) return;
    if (this.#block === 'metrics' && this.#takeRow(text, number)) return;
    if (this.#block === 'own' && this.#takeOwn(text)) return;
    if (this.#takePerf(text)) return;
    // The second line of a head; all else is none of a block's.
    if (!/^ +\(secs\) /.test(text)) this.#block = 'none';
  }

  /** Lines that begin a run or a block. */
  #takeStart(text: string): boolean {
    const [, kernel, remark] = KERNEL.exec(text) ?? [];
    if (kernel !== undefined || text.startsWith(BEGIN)) {
      this.#begin(kernel, remark);
      return true;
    }
    const [head, more] = HEAD.exec(text) ?? [];
    if (head !== undefined) {
      if (this.#run().hasTable) this.#begin();
      this.#run().hasTable = true;
      const further = MORE_COLUMNS.filter(([title]) => title.test(more!)).map(([, key]) => key);
      this.#columns = [...COLUMNS, ...further];
      this.#block = 'metrics';
      return true;
    }
    if (text !== 'miscellaneous metrics:') return false;
    this.#block = 'own';
    return true;
  }

  #begin(kernel?: string, remark?: string): void {
    const named = {
      ...(kernel !== undefined && { kernel }),
      ...(remark !== undefined && { remark }),
    };
    this.runs.push({ ...named, entries: [], times: {}, hasTable: false });
    this.#block = 'none';
  }

  #run(): Run {
    if (this.runs.length === 0) this.#begin();
    return this.runs.at(-1)!;
  }

  #takeRow(text: string, line: number): boolean {
    const [, stressor, cells] = ROW.exec(text) ?? [];
    if (stressor === undefined) return false;
    const values = cells!.trim().split(/ +/);
    if (values.length !== this.#columns.length) {
      const expected = `${this.#columns.length} belong under its head`;
      throw new BadSavedRun(`line ${line} has ${values.length} numbers where ${expected}`);
    }
    const metrics = this.#columns.map((key, index) => [key, numberOf(values[index]!)] as const);
    this.#run().entries.push({ stressor, metrics: Object.fromEntries(metrics), perf: {} });
    return true;
  }

  #takeOwn(text: string): boolean {
    const [, stressor, value, description] = OWN.exec(text) ?? [];
    if (stressor === undefined) return false;
    const key = metricKey(description!, 'head');
    const entry = this.#find(stressor, ({ metrics }) => !(key in metrics));
    entry.metrics[key] = numberOf(value!);
    return true;
  }

  #takePerf(text: string): boolean {
    const [, stressor] = PERF_HEAD.exec(text) ?? [];
    if (stressor !== undefined) {
      this.#block = 'perf';
      this.#perf = {};
      this.#pending = stressor;
      return true;
    }
    const [, count, label, rate, prefix] = EVENT.exec(text) ?? [];
    if (this.#block !== 'perf' || count === undefined) return false;
    if (this.#pending !== undefined) {
      const entry = this.#find(this.#pending, ({ perf }) => Object.keys(perf).length === 0);
      this.#perf = entry.perf;
      this.#pending = undefined;
    }
    const step = (RATE_PREFIXES as readonly string[]).indexOf(prefix!);
    this.#perf[`${eventKey(label!)}_total`] = Number(count.replace(/\D/g, ''));
    this.#perf[`${eventKey(label!)}_per_second`] = Number(`${decimal(rate!)}e${3 * step}`);
    return true;
  }

  /** The first entry of that name without these numbers: two of one name print theirs in turn. */
  #find(stressor: string, isOpen: (entry: Entry) => boolean): Entry {
    const { entries } = this.#run();
    const found = entries.find((entry) => entry.stressor === stressor && isOpen(entry));
    if (found !== undefined) return found;
    const added: Entry = { stressor, metrics: {}, perf: {} };
    entries.push(added);
    return added;
  }

  #takeTimes(text: string): boolean {
    for (const [pattern, keys] of TIMES) {
      const found = pattern.exec(text);
      if (found === null) continue;
      for (const [index, key] of keys.entries()) {
        this.#run().times[key] = numberOf(found[index + 1]!);
      }
      return true;
    }
    return false;
  }
}

function numberOf(text: string): number {
  return Number(decimal(text));
}

function decimal(text: string): string {
  return text.replace(',', '.');
}
