/** What `--yaml` writes, stress-ng's since V0.09 and ours: the sections metrics and perfstats. */
import { entryLabels } from '../../samples/entry-labels.js';
import { isBefore } from '../../util/version-order.js';
import { SHARED_MM } from '../stress-ng/stress-run.js';
import { BadSavedRun, type SavedRun } from './saved-run.js';
import { StressNgRuns } from './stress-ng-runs.js';
import { parseYaml, type Yaml } from './yaml.js';

/** Numbers of a whole entry; those of single instances stand below `instances`. */
const SECTIONS = ['metrics', 'perfstats'] as const;
type Section = (typeof SECTIONS)[number];

/** perf totals were those of instance 0 times the number of instances before this version. */
const TRUE_PERF_TOTALS = '0.19.06';

/**
 * A run for every entry of a stressor, and for every kernel of ours that ran it; further documents in the text
 * are repetitions of the first. Throws BadSavedRun.
 */
export function readStressNgRuns(text: string, source: string): SavedRun[] {
  const runs = new StressNgRuns();
  for (const document of parseYaml(text)) {
    if (!isMapping(document)) throw new BadSavedRun('it has an empty document');
    const facts = factsOf(document);
    for (const section of SECTIONS) addSection(runs, facts, section, document[section]);
  }
  const saved = runs.saved(source);
  if (saved.length === 0) {
    throw new BadSavedRun('it has no numbers: stress-ng writes them with --metrics or --perf');
  }
  return saved;
}

/** What a document says of itself. */
interface Facts {
  /** Of ours only. */
  readonly kernel: string | undefined;
  /** What should be known about the numbers of a section; a sentence each. */
  readonly notes: Readonly<Record<Section, readonly string[]>>;
}

function factsOf(document: Readonly<Record<string, Yaml>>): Facts {
  const info = document['system-info'];
  const fields = info !== undefined && isMapping(info) ? info : {};
  const version = fields['stress-ng-version'];
  if (typeof version !== 'string' || !/^\d+(\.\d+)*$/.test(version)) {
    throw new BadSavedRun('its system-info has no stress-ng-version');
  }
  const kernel = typeof fields['kernel'] === 'string' ? fields['kernel'] : undefined;
  // The form that a simulation's document has says nothing of how it has counted.
  const isTrue = kernel !== undefined || !isBefore(version, TRUE_PERF_TOTALS);
  const untrue = `page faults are by stress-ng ${version}: instance 0's times the number of instances`;
  const metrics = fields['address-spaces'] === '1' ? [SHARED_MM] : [];
  return { kernel, notes: { metrics, perfstats: isTrue ? metrics : [...metrics, untrue] } };
}

function addSection(
  runs: StressNgRuns,
  { kernel, notes }: Facts,
  section: Section,
  items: Yaml | undefined,
): void {
  // perfstats is there without a value when no event could be read.
  if (items === undefined || items === null) return;
  if (!isList(items)) throw new BadSavedRun(`${section} is not a list`);
  const names = items.map((item, index) => {
    const { stressor } = isMapping(item) ? item : {};
    if (typeof stressor === 'string') return stressor;
    throw new BadSavedRun(`${section}[${index}] does not say of which stressor it is`);
  });
  // Two entries of one stressor are no repetitions of each other.
  for (const [index, stressor] of entryLabels(names).entries()) {
    const fields = Object.entries(items[index] as Readonly<Record<string, Yaml>>);
    const numbers = fields.flatMap(([key, value]): [string, number][] =>
      key === 'stressor' || isList(value) || isMapping(value)
        ? []
        : [[key, numberOf(value, `${key} of ${stressor} in ${section}`)]],
    );
    runs.add(stressor, kernel, numbers);
    for (const note of notes[section]) runs.note(stressor, kernel, note);
  }
}

function numberOf(value: string | null, where: string): number {
  const isNumber = value !== null && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  if (!isNumber) throw new BadSavedRun(`${where} is ${value ?? 'empty'}, which is no number`);
  return Number(value);
}

function isList(value: Yaml): value is readonly Yaml[] {
  return Array.isArray(value);
}

function isMapping(value: Yaml): value is Readonly<Record<string, Yaml>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
