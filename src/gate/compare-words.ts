/** The names and numbers of a comparison of saved runs as people read them. */
import { basename } from 'node:path';
import type { ChalkInstance } from 'chalk';
import { kernelLabels } from '../plan/plan.js';
import {
  formatNumber,
  formatScaled,
  formatSeconds,
  formatWholeNs,
  formatWholeSize,
  NOT_AVAILABLE,
} from '../report/format.js';
import { TABLE_METRICS } from '../report/table-metrics.js';
import { verdictPaint } from '../report/verdict-paint.js';
import type { Json } from '../util/json-difference.js';
import { oneLine } from '../util/one-line.js';
import type {
  ChangedSetting,
  CompareDocument,
  SavedComparison,
  SavedVerdict,
} from './compare-document.js';

/** Stands for what was cut out of a name. */
const CUT = '...';
const QUOTED_MAX = 48;
/** Smaller p are none that anybody tells apart. */
const P_MIN = 0.001;
/** More files with the same value are counted. */
const FILES_MAX = 3;

/** At most `width` characters, the ends of a longer name and `...` between them. */
export function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = Math.max(2, width - CUT.length);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}${CUT}${text.slice(text.length - (kept - head))}`;
}

/** A file in a sentence. */
export function quotedName(name: string): string {
  return `'${cutMiddle(oneLine(name), QUOTED_MAX)}'`;
}

/**
 * Names for the sides by index, all different, on one line each and at most `width` characters: base
 * names where these tell them apart.
 */
export function sideNames({ sides }: CompareDocument, width = Infinity): string[] {
  const whole = sides.map(({ name }) => oneLine(name));
  const short = sides.map(({ files }) =>
    files.map(({ name }) => oneLine(basename(name))).join(','),
  );
  const names = kernelLabels(new Set(short).size < new Set(whole).size ? whole : short);
  const cut = names.map((name) => cutMiddle(name, width));
  // What tells them apart was in the middle.
  return cut.map((name, place) => {
    if (cut.indexOf(name) === cut.lastIndexOf(name)) return name;
    const mark = `#${place + 1}`;
    return `${cutMiddle(names[place]!, width - mark.length)}${mark}`;
  });
}

/** What stress-ng calls at length, and prints as bogo ops/s. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'bogo-ops-per-second-real-time': 'bogo ops/sec',
  'bogo-ops-per-second-usr-sys-time': 'bogo ops/CPU sec',
};

/** `page faults/sec`; of other tools the name, with a unit that is none of its words. */
export function metricWords({ metric, unit }: SavedComparison): string {
  const own = TABLE_METRICS.find(({ name }) => name === metric);
  if (own !== undefined) return own.label;
  const short = Object.hasOwn(SHORT_NAMES, metric) ? SHORT_NAMES[metric] : undefined;
  if (short !== undefined) return short;
  const isTold = unit === '' || metric.endsWith(unit) || /[/_-]/.test(unit) || unit === 'events';
  return oneLine(isTold ? metric : `${metric}, ${unit}`);
}

export function valueWords({ metric }: SavedComparison, value: number, unicode: boolean): string {
  const own = TABLE_METRICS.find(({ name }) => name === metric);
  if (own !== undefined) return own.format(value, unicode);
  return Math.abs(value) < 1000 ? formatNumber(value) : formatScaled(value);
}

export function pWords(p: number | null): string {
  if (p === null) return NOT_AVAILABLE;
  return p < P_MIN ? `<${P_MIN}` : p.toFixed(3);
}

export function savedVerdictPaint(
  verdict: SavedVerdict,
  chalk: ChalkInstance,
): (text: string) => string {
  switch (verdict) {
    case 'higher':
    case 'lower':
      return chalk.cyan;
    case 'cannot decide':
      return chalk.yellow;
    default:
      return verdictPaint(verdict, chalk);
  }
}

/** `tasks: 4, but 8 in b.json and c.json`. */
export function settingWords(
  { setting, values }: ChangedSetting,
  document: CompareDocument,
): string {
  const names = new Map(
    document.sides.flatMap(({ files }, side) =>
      files.map(({ name }) => [
        name,
        files.length === 1 ? sideNames(document)[side]! : oneLine(basename(name)),
      ]),
    ),
  );
  const [base, ...others] = values.map(({ value, files }) => ({
    text: settingValue(setting, value),
    files: files.map((file) => names.get(file)!),
  }));
  const changes = others.map(({ text, files }) => `${text} in ${filesWords(files)}`);
  return `${oneLine(setting)}: ${base!.text}, but ${changes.join(', ')}`;
}

function filesWords(files: readonly string[]): string {
  const shown = files.slice(0, FILES_MAX).map((name) => cutMiddle(name, 30));
  const rest = files.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}

function settingValue(setting: string, value: Json): string {
  if (typeof value === 'number') {
    if (setting.endsWith('Bytes')) return formatWholeSize(value);
    if (setting.endsWith('Ns')) return formatWholeNs(value);
    if (setting.endsWith('Seconds')) return formatSeconds(value);
  }
  if (value === null) return 'none';
  return cutMiddle(oneLine(typeof value === 'string' ? value : JSON.stringify(value)), 60);
}
