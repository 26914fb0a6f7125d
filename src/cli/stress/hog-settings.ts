/** What an option of a stressor is worth. */
import type { Hog, HogOption } from '../../workload/hog.js';
import { presetsOf } from '../../workload/hog-presets.js';
import type { Compat, HogOptions } from '../../plan/stress.js';
import { BadValue, OPS_RANGE, parseCount, parseName, parseSize, type Host } from './values.js';
import type { GivenOption } from './words.js';

type Value = HogOptions[string];

/** `--maximize`, `--minimize`. */
export type Extreme = 'largest' | 'smallest' | undefined;

/** What sizes that are not given are with --maximize, bytes: stress-ng has less than its range allows. */
const LARGEST: Readonly<Record<Compat, number>> = {
  '0.09.31': 2 ** 32,
  '0.15.06': 2 ** 32 - 1,
  head: 2 ** 32 - 1,
};

/** The values of all options given, stressors that are not run included. Throws UsageError. */
export function readHogSettings(
  given: readonly GivenOption[],
  host: Host,
): ReadonlyMap<Hog, ReadonlyMap<string, Value>> {
  const values = new Map<Hog, Map<string, Value>>();
  for (const option of given) {
    const { role } = option.option;
    if (role.kind === 'ops') readOps(option);
    if (role.kind !== 'setting') continue;
    const ofHog = values.get(role.hog) ?? new Map<string, Value>();
    ofHog.set(
      role.key,
      sayingWhere(option, () => valueOf(option, role.rules, host)),
    );
    values.set(role.hog, ofHog);
  }
  return values;
}

/** Throws UsageError. */
export function readOps(given: GivenOption): number {
  return sayingWhere(given, () => parseCount(given.text ?? '', given.option.name, OPS_RANGE));
}

/** Throws what `read` complains of as an error of this option. */
export function sayingWhere<Result>({ wrong }: GivenOption, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof BadValue ? wrong(error.message) : error;
  }
}

function valueOf(
  { option: { name }, text = '' }: GivenOption,
  rules: HogOption,
  host: Host,
): Value {
  switch (rules.takes) {
    case 'nothing':
      return true;
    case 'size':
      return parseSize(text, name, rules, host);
    case 'count':
      return parseCount(text, name, rules);
    case 'name':
      return parseName(text, name, rules.names);
  }
}

/** Every option of a hog: as given, as another that is given means it, or as preset. */
export function hogOptions(
  hog: Hog,
  given: ReadonlyMap<string, Value> | undefined,
  { extreme, compat }: { readonly extreme: Extreme; readonly compat: Compat },
): HogOptions {
  const options: Record<string, Value> = { ...presetsOf(hog) };
  for (const [key, rules] of Object.entries(hog.options)) {
    if (rules.takes !== 'size') continue;
    if (extreme === 'largest') options[key] = Math.min(rules.max, LARGEST[compat]);
    if (extreme === 'smallest') options[key] = rules.min;
  }
  for (const [key, value] of given ?? []) turnOn(hog, options, key, value);
  return Object.freeze(options);
}

/** A switch may mean others, which may mean others again. */
function turnOn(hog: Hog, options: Record<string, Value>, key: string, value: Value): void {
  if (options[key] === value) return;
  options[key] = value;
  const rules = hog.options[key];
  if (rules?.takes !== 'nothing') return;
  for (const meant of rules.means ?? []) turnOn(hog, options, meant, true);
}

/** Whether a value is one that could have been given: presets out of range stand for none. */
export function isGivable(rules: HogOption, value: Value): boolean {
  switch (rules.takes) {
    case 'nothing':
      return value === true;
    case 'size':
    case 'count':
      return Number(value) >= rules.min && Number(value) <= rules.max;
    case 'name':
      return rules.names.includes(String(value));
  }
}
