/** Which stressors a line comes to, and how many instances of each. */
import type { Hog } from '../../workload/hog.js';
import { HOG_CLASSES } from '../../workload/hog.js';
import { closest } from '../../util/edit-distance.js';
import { sayingWhere } from './hog-settings.js';
import type { StressRequest } from './request.js';
import { STRESS_NG_CLASSES, STRESS_NG_STRESSORS } from './stress-ng-names.js';
import { BadValue, parseInstances, type Host } from './values.js';
import type { GivenOption } from './words.js';

export interface ChosenEntry {
  readonly hog: Hog;
  readonly instances: number;
  /** For all of them together. */
  readonly ops: GivenOption | undefined;
  /** What asks for it. */
  readonly from: GivenOption;
}

const CLASSES: readonly string[] = [...new Set([...HOG_CLASSES, ...STRESS_NG_CLASSES])].sort();

/** Throws UsageError. An entry with 0 instances cannot be: that is one for each CPU. */
export function chooseEntries(
  request: StressRequest,
  hogs: readonly Hog[],
  host: Host,
): readonly ChosenEntry[] {
  const { controls } = request;
  const excluded = namesIn(controls.get('exclude'), hogs) ?? [];
  const named = request.entries.map(({ hog, instances, ops }) => ({
    hog,
    instances: instancesOf(instances, hog.name, host),
    ops,
    from: instances,
  }));
  const all = controls.get('all') ?? controls.get('parallel') ?? controls.get('sequential');
  const chosen = all === undefined ? named : [...named, ...madeUp(all, request, hogs, host)];
  return chosen.filter(({ hog }) => !excluded.includes(hog.name));
}

/** Whether the line wanted anything to be run, be there such a thing or not. */
export function wantsStressors({ entries, strangers, controls, mode }: StressRequest): boolean {
  if (entries.length > 0 || strangers.length > 0) return true;
  // `run parallel` in a job file takes --sequential back.
  const sequential = controls.has('sequential') && mode === 'sequential';
  return sequential || controls.has('all') || controls.has('parallel');
}

/** What --class NAME? has to say; undefined for a list of classes to run. Throws UsageError. */
export function classListing(given: GivenOption, hogs: readonly Hog[]): string | undefined {
  const { text = '' } = given;
  if (!text.endsWith('?')) return undefined;
  const [name] = classesIn(given, text.slice(0, -1));
  const names = ofClasses(hogs, [name!]).map((hog) => hog.name);
  return `class '${name}' stressors: ${names.length === 0 ? '(none here)' : names.join(' ')}\n`;
}

/** The entries of --all N and --sequential N: all stressors, unless some are named. */
function madeUp(
  all: GivenOption,
  { controls, entries, strangers, mode }: StressRequest,
  hogs: readonly Hog[],
  host: Host,
): ChosenEntry[] {
  const isTakenBack = all.option.name === 'sequential' && mode === 'parallel';
  const instances = instancesOf(all, all.option.name, host);
  const classes = controls.get('class');
  const only = namesIn(controls.get('with'), hogs);
  if (isTakenBack) return [];
  const isWholeList = classes === undefined && only === undefined;
  if (isWholeList && entries.length + strangers.length > 0) return [];
  const named = new Set(entries.map(({ hog }) => hog));
  return (classes === undefined ? hogs : ofClasses(hogs, classesIn(classes, classes.text ?? '')))
    .filter((hog) => !named.has(hog) && (only === undefined || only.includes(hog.name)))
    .map((hog) => ({ hog, instances, ops: undefined, from: all }));
}

function instancesOf(given: GivenOption, stressor: string, host: Host): number {
  return sayingWhere(given, () => parseInstances(given.text ?? '', stressor, host));
}

/** Stressors of stress-ng that are no hogs may be named, too: there is nothing to do about them. */
function namesIn(
  given: GivenOption | undefined,
  hogs: readonly Hog[],
): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const own = hogs.map(({ name }) => name);
  const names = (given.text ?? '').split(',').map((name) => name.replaceAll('_', '-'));
  for (const name of names) {
    if (own.includes(name) || STRESS_NG_STRESSORS.includes(name)) continue;
    const near = closest(name, own);
    const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
    throw given.wrong(`unknown stressor '${name}' in ${given.called}${hint}`);
  }
  return names;
}

function classesIn(given: GivenOption, text: string): readonly string[] {
  return sayingWhere(given, () =>
    text.split(',').map((name) => {
      if (CLASSES.includes(name)) return name;
      throw new BadValue(`unknown class '${name}', available classes: ${CLASSES.join(' ')}`);
    }),
  );
}

function ofClasses(hogs: readonly Hog[], names: readonly string[]): readonly Hog[] {
  return hogs.filter(({ classes }) => classes.some((name) => names.includes(name)));
}
