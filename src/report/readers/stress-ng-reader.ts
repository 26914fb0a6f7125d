/** What `stress-ng --yaml` writes, from V0.09 on: the sections metrics and perfstats. */
import type { Better } from '../../stats/verdict.js';
import { BadSavedRun, type SavedMetric, type SavedRun } from './saved-run.js';
import { parseYaml, type Yaml } from './yaml.js';

interface Known {
  readonly unit: string;
  readonly better?: Better;
  /** Ours for the same quantity. */
  readonly name?: string;
}

const KNOWN: Readonly<Record<string, Known>> = {
  'bogo-ops': { unit: 'bogo-ops' },
  'bogo-ops-per-second-usr-sys-time': { unit: 'bogo-ops/s', better: 'higher' },
  'bogo-ops-per-second-real-time': { unit: 'bogo-ops/s', better: 'higher' },
  'wall-clock-time': { unit: 's' },
  'user-time': { unit: 's' },
  'system-time': { unit: 's' },
  'cpu-usage-per-instance': { unit: '%' },
  'max-rss': { unit: 'KB' },
  duration: { unit: 's' },
  page_faults_total_per_second: { unit: 'faults/s', better: 'higher', name: 'faultsPerSecond' },
};

/** Own numbers of a run; those of single instances stand below `instances`. */
const SECTIONS = ['metrics', 'perfstats'] as const;

/** Events per second by perf, of which more is neither better nor worse. */
const PERF = /^(.*)_(total|per_second)$/;

/** perf totals were those of instance 0 times the number of instances before this version. */
const TRUE_PERF_TOTALS = [0, 19, 6] as const;

/**
 * A run for every stressor; further documents in the text are repetitions of the first. Throws
 * BadSavedRun.
 */
export function readStressNgRuns(text: string, source: string): SavedRun[] {
  const stressors = new Map<string, Map<string, number[]>>();
  const notes = new Set<string>();
  for (const document of parseYaml(text)) {
    if (!isMapping(document)) throw new BadSavedRun('it has an empty document');
    const version = versionOf(document);
    const isOld = isBefore(version.split('.').map(Number), TRUE_PERF_TOTALS);
    for (const section of SECTIONS) addSection(stressors, section, document[section]);
    if (hasEntries(document['perfstats']) && isOld) {
      notes.add(
        `page faults are by stress-ng ${version}: instance 0's times the number of instances`,
      );
    }
  }
  if (stressors.size === 0) {
    throw new BadSavedRun('it has no numbers: stress-ng writes them with --metrics or --perf');
  }
  return [...stressors].map(([label, samples]) => ({
    label,
    source,
    kind: 'stress-ng',
    metrics: [...samples].map(([key, values]) => metricOf(key, values)),
    notes: [...notes],
  }));
}

function addSection(
  stressors: Map<string, Map<string, number[]>>,
  section: string,
  items: Yaml | undefined,
): void {
  // perfstats is there without a value when no event could be read.
  if (items === undefined || items === null) return;
  if (!isList(items)) throw new BadSavedRun(`${section} is not a list`);
  for (const [index, item] of items.entries()) {
    const { stressor, ...fields } = isMapping(item) ? item : {};
    if (typeof stressor !== 'string') {
      throw new BadSavedRun(`${section}[${index}] does not say of which stressor it is`);
    }
    const samples = stressors.get(stressor) ?? new Map<string, number[]>();
    stressors.set(stressor, samples);
    for (const [key, value] of Object.entries(fields)) {
      if (isList(value) || isMapping(value)) continue;
      const number = numberOf(value, `${key} of ${stressor} in ${section}`);
      samples.set(key, [...(samples.get(key) ?? []), number]);
    }
  }
}

function numberOf(value: string | null, where: string): number {
  const isNumber = value !== null && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  if (!isNumber) throw new BadSavedRun(`${where} is ${value ?? 'empty'}, which is no number`);
  return Number(value);
}

function metricOf(key: string, samples: readonly number[]): SavedMetric {
  const known = KNOWN[key];
  if (known !== undefined) {
    return { name: known.name ?? key, unit: known.unit, better: known.better ?? null, samples };
  }
  const kind = PERF.exec(key)?.[2];
  const unit = kind === undefined ? '' : kind === 'total' ? 'events' : 'events/s';
  return { name: key, unit, better: null, samples };
}

function versionOf(document: Readonly<Record<string, Yaml>>): string {
  const info = document['system-info'];
  const text = info !== undefined && isMapping(info) ? info['stress-ng-version'] : undefined;
  if (typeof text !== 'string' || !/^\d+(\.\d+)*$/.test(text)) {
    throw new BadSavedRun('its system-info has no stress-ng-version');
  }
  return text;
}

function isBefore(version: readonly number[], other: readonly number[]): boolean {
  const place = other.findIndex((part, index) => part !== (version[index] ?? 0));
  return place >= 0 && (version[place] ?? 0) < other[place]!;
}

function hasEntries(section: Yaml | undefined): boolean {
  return section !== undefined && isList(section) && section.length > 0;
}

function isList(value: Yaml): value is readonly Yaml[] {
  return Array.isArray(value);
}

function isMapping(value: Yaml): value is Readonly<Record<string, Yaml>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
