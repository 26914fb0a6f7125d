/**
 * All options of a line in stress-ng's manner: its own, those of its stressors, those of this tool's
 * comparison, and the names of what stress-ng has and this tool has not.
 */
import type { Hog, HogOption } from '../../workload/hog.js';
import { closest } from '../../util/edit-distance.js';
import type { OptionGroup } from '../command.js';
import type { ValueOption } from '../option-value.js';
import { COMPARISON } from '../options.js';
import { CONTROLS, type Control, type ControlName } from './controls.js';
import {
  IGNORED,
  IGNORED_SHORTS,
  STRESSOR_SHORTS,
  STRESS_NG_STRESSORS,
} from './stress-ng-names.js';

/** What an option is for. */
export type Role =
  | { readonly kind: 'control'; readonly control: ControlName }
  /** `--mmap N`. */
  | { readonly kind: 'entry'; readonly hog: Hog }
  /** `--mmap-ops N`. */
  | { readonly kind: 'ops'; readonly hog: Hog }
  /** `--mmap-bytes N`. */
  | { readonly kind: 'setting'; readonly hog: Hog; readonly key: string; readonly rules: HogOption }
  /** Of the comparison, which this tool makes without any stressor of stress-ng. */
  | { readonly kind: 'own'; readonly option: OptionGroup[string] }
  | { readonly kind: 'ignored' }
  /** `--cpu N`: a stressor that this tool has not. */
  | { readonly kind: 'stranger' }
  /** `--cpu-method M`: an option of such a stressor. */
  | { readonly kind: 'stranger option' };

export interface StressOption {
  /** Without dashes. */
  readonly name: string;
  readonly short?: string;
  /** `perhaps`: a word that follows is its value unless it looks like an option. */
  readonly takes: 'nothing' | 'value' | 'perhaps';
  readonly role: Role;
}

/** One of the two. */
export interface LookUp {
  readonly option?: StressOption;
  /** Why there is none, as getopt_long says it. */
  readonly problem?: string;
}

export class OptionTable {
  readonly #byName = new Map<string, StressOption>();
  readonly #byShort = new Map<string, StressOption>();
  readonly #strangers: readonly string[];

  constructor(hogs: readonly Hog[]) {
    const known = new Set(hogs.map(({ name }) => name));
    this.#strangers = STRESS_NG_STRESSORS.filter((name) => !known.has(name));
    // The first of a name has it.
    for (const option of [
      ...controls(),
      ...hogs.flatMap(hogOptions),
      ...ownOptions(),
      ...ignored(),
      ...this.#strangers.map(stranger),
    ]) {
      if (this.#byName.has(option.name)) continue;
      this.#byName.set(option.name, option);
      if (option.short !== undefined) this.#byShort.set(option.short, option);
    }
  }

  /** Names of all options. */
  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Names of options that do something here: nobody is to be led to others. */
  #heeded(): readonly string[] {
    return [...this.#byName.values()]
      .filter(({ role }) => !['ignored', 'stranger'].includes(role.kind))
      .map(({ name }) => name);
  }

  /** The option of exactly this name. */
  exact(name: string): StressOption | undefined {
    return this.#byName.get(name);
  }

  /** `m` of `-m`. */
  byShort(letter: string): LookUp {
    const option = this.#byShort.get(letter);
    return option === undefined ? { problem: `invalid option -- '${letter}'` } : { option };
  }

  /**
   * The option of this name, or of the only one that begins with it. This tool's own options are not
   * to be shortened, but count where a name is to be the only one.
   */
  byName(name: string): LookUp {
    const exact = this.exact(name);
    if (exact !== undefined) return { option: exact };
    const begun = name === '' ? [] : this.names.filter((candidate) => candidate.startsWith(name));
    const only = begun.length === 1 ? this.exact(begun[0]!) : undefined;
    if (only !== undefined && only.role.kind !== 'own') return { option: only };
    if (begun.length > 1) return { problem: ambiguous(name, begun) };
    if (this.#strangers.some((stressor) => name.startsWith(`${stressor}-`))) {
      return { option: { name, takes: 'perhaps', role: { kind: 'stranger option' } } };
    }
    const near = begun[0] ?? closest(name, this.#heeded());
    const hint = near === undefined ? '' : ` (did you mean '--${near}'?)`;
    return { problem: `unrecognized option '--${name}'${hint}` };
  }
}

/** More than so many would not be read. */
const POSSIBILITIES_MAX = 8;

function ambiguous(name: string, begun: readonly string[]): string {
  const shown = begun.slice(0, POSSIBILITIES_MAX).map((candidate) => `'--${candidate}'`);
  const more = begun.length > shown.length ? ` and ${begun.length - shown.length} more` : '';
  return `option '--${name}' is ambiguous; possibilities: ${shown.join(' ')}${more}`;
}

function controls(): StressOption[] {
  return Object.entries<Control>(CONTROLS).map(([name, { short, value }]) => ({
    name,
    ...(short === undefined ? {} : { short }),
    takes: value === undefined ? 'nothing' : 'value',
    role: { kind: 'control', control: name as ControlName },
  }));
}

function hogOptions(hog: Hog): StressOption[] {
  const { name } = hog;
  return [
    { name, ...shortOf(STRESSOR_SHORTS[name]), takes: 'value', role: { kind: 'entry', hog } },
    { name: `${name}-ops`, takes: 'value', role: { kind: 'ops', hog } },
    ...Object.entries(hog.options).map(([key, rules]): StressOption => ({
      name: `${name}-${key}`,
      takes: rules.takes === 'nothing' ? 'nothing' : 'value',
      role: { kind: 'setting', hog, key, rules },
    })),
  ];
}

function ownOptions(): StressOption[] {
  return Object.values(COMPARISON.groups).flatMap((group) =>
    Object.entries(group).map(([name, option]): StressOption => ({
      name,
      takes: 'parse' in option ? takesOf(option) : 'nothing',
      role: { kind: 'own', option },
    })),
  );
}

function takesOf({ bare }: ValueOption<unknown>): StressOption['takes'] {
  return bare === undefined ? 'value' : 'perhaps';
}

function ignored(): StressOption[] {
  return [...IGNORED].map(([name, takesValue]) => ({
    name,
    ...shortOf(IGNORED_SHORTS[name]),
    takes: takesValue ? 'value' : 'nothing',
    role: { kind: 'ignored' },
  }));
}

function stranger(name: string): StressOption {
  return { name, ...shortOf(STRESSOR_SHORTS[name]), takes: 'value', role: { kind: 'stranger' } };
}

function shortOf(short: string | undefined): { readonly short?: string } {
  return short === undefined ? {} : { short };
}
