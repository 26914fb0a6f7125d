/** What a line in stress-ng's manner asks for, before any of its values has been looked at. */
import type { Hog } from '../../workload/hog.js';
import type { JobMode } from '../../workload/job-file.js';
import type { CommandLine } from '../command-line.js';
import { typedSetting, type Setting } from '../setting.js';
import { UsageError } from '../usage-error.js';
import type { ControlName } from './controls.js';
import type { GivenOption } from './words.js';

/** `--mmap 4`, and `--mmap-ops 100` if that was said of it. */
export interface EntryRequest {
  readonly hog: Hog;
  readonly instances: GivenOption;
  readonly ops: GivenOption | undefined;
}

export interface StressRequest {
  /** In the order of the line; a stressor that is named twice is in it twice. */
  readonly entries: readonly EntryRequest[];
  /** Every option of a stressor as often as it was given, in order: the last one counts. */
  readonly settings: readonly GivenOption[];
  /** Each as it was given last, in this order. */
  readonly controls: ReadonlyMap<ControlName, GivenOption>;
  readonly mode: JobMode;
  /** Options of the comparison, with nothing left out but those that stress-ng has, too. */
  readonly own: CommandLine;
  /** Stressors of stress-ng that are no hogs here, each once. */
  readonly strangers: readonly string[];
  /** Sentences about what is not heeded. */
  readonly warnings: readonly string[];
}

/** Options of the comparison that a stressor decides itself, and what to do instead. */
const NOT_HERE: Readonly<Record<string, string>> = {
  tasks: "say how many instances a stressor has, as in '--mmap 4'",
  writers: 'use a stressor that has writers, such as mixed',
  'writer-gap': 'use a stressor that has writers, such as mixed',
  backing: 'stressors have options of their own for files, such as --mmap-file',
  'mmap-bytes': 'name the mmap stressor, as in --mmap 1',
  'mmap-file': 'name the mmap stressor, as in --mmap 1',
};

/** `said` is what a job file says about the order. Throws UsageError. */
export function requestOf(given: readonly GivenOption[], said: JobMode | undefined): StressRequest {
  const request = new Collected();
  for (const option of given) request.add(option);
  return request.done(said);
}

class Collected {
  readonly #entries: { hog: Hog; instances: GivenOption; ops: GivenOption | undefined }[] = [];
  readonly #settings: GivenOption[] = [];
  readonly #controls = new Map<ControlName, GivenOption>();
  readonly #own = new OwnOptions();
  readonly #strangers = new Set<string>();
  readonly #ignored = new Set<string>();
  readonly #warnings: string[] = [];
  /** Whether the entry parsed last is one of ours. */
  #lastIsStranger = false;

  add(given: GivenOption): void {
    const { role, name } = given.option;
    switch (role.kind) {
      case 'control':
        // A map keeps the place where a key came first.
        this.#controls.delete(role.control);
        this.#controls.set(role.control, given);
        break;
      case 'entry':
        this.#entries.push({ hog: role.hog, instances: given, ops: undefined });
        this.#lastIsStranger = false;
        break;
      case 'ops':
        this.#addOps(given, role.hog);
        break;
      case 'setting':
        this.#settings.push(given);
        break;
      case 'own':
        this.#own.add(given);
        break;
      case 'ignored':
        // No wait between instances is what there is.
        if (name !== 'backoff' || given.text !== '0') this.#ignored.add(given.called);
        break;
      case 'stranger':
        this.#strangers.add(name);
        this.#lastIsStranger = true;
        break;
      case 'stranger option':
        break;
    }
  }

  /** As up to now in stress-ng, operations are those of the entry that was named last. */
  #addOps(given: GivenOption, hog: Hog): void {
    const last = this.#lastIsStranger ? undefined : this.#entries.at(-1);
    const { called, text = '' } = given;
    if (last === undefined) {
      this.#settings.push(given);
      this.#warnings.push(
        `${called} ${text} is ignored, as in stress-ng: it belongs to the stressor named last ` +
          `before it, so write it behind ${called.replace(/-ops$/, '')} N`,
      );
      return;
    }
    if (last.hog !== hog) {
      this.#warnings.push(
        `${called} ${text} is taken for ${last.hog.name}, the stressor named last, as in ` +
          `stress-ng: write it behind ${called.replace(/-ops$/, '')} N`,
      );
    }
    last.ops = given;
  }

  done(said: JobMode | undefined): StressRequest {
    refuseTogether(this.#controls);
    const warnings = [...this.#warnings];
    if (this.#ignored.size > 0) {
      warnings.push(`ignored, for want of a meaning here: ${[...this.#ignored].join(', ')}`);
    }
    if (this.#strangers.size > 0) {
      const names = [...this.#strangers].join(', ');
      warnings.push(`skipped, with their options, as this tool has no such stressors: ${names}`);
    }
    return {
      entries: this.#entries,
      settings: this.#settings,
      controls: this.#controls,
      mode: said ?? (this.#controls.has('sequential') ? 'sequential' : 'parallel'),
      own: this.#own.commandLine,
      strangers: [...this.#strangers],
      warnings,
    };
  }
}

/** Options of the comparison as its own commands read them. */
class OwnOptions {
  readonly #settings = new Map<string, Setting>();
  readonly #given = new Map<string, Setting[]>();
  readonly #switches = new Set<string>();

  add({ option: { name, role }, text, called, wrong }: GivenOption): void {
    if (role.kind !== 'own') return;
    const remedy = Object.hasOwn(NOT_HERE, name) ? NOT_HERE[name] : undefined;
    if (remedy !== undefined) {
      throw wrong(`${called} is not for stressors of stress-ng: ${remedy}`);
    }
    if ('parse' in role.option) {
      const blame = (problem: string): UsageError => wrong(`${called} ${problem}`);
      this.#set(name, { text: text ?? role.option.bare ?? '', blame });
      return;
    }
    this.#switches.add(name);
    const { means } = role.option;
    if (means !== undefined) this.#set(means.name, typedSetting(means.name, means.text));
  }

  #set(name: string, setting: Setting): void {
    this.#settings.set(name, setting);
    this.#given.set(name, [...(this.#given.get(name) ?? []), setting]);
  }

  get commandLine(): CommandLine {
    return {
      settings: this.#settings,
      given: this.#given,
      switches: this.#switches,
      others: [],
    };
  }
}

/** Options of which one leaves nothing to the other. */
const EXCLUSIVE: readonly (readonly ControlName[])[] = [
  ['sequential', 'all', 'parallel'],
  ['maximize', 'minimize'],
  ['seed', 'no-rand-seed'],
];

/** Options that need one of others. */
const NEEDS_ALL: readonly ControlName[] = ['class', 'with'];

function refuseTogether(controls: ReadonlyMap<ControlName, GivenOption>): void {
  for (const names of EXCLUSIVE) {
    const [first, second] = names.filter((name) => controls.has(name));
    // --all and --parallel are one option by two names.
    if (first === undefined || second === undefined || first === 'all') continue;
    throw controls.get(second)!.wrong(`cannot invoke --${first} and --${second} options together`);
  }
  for (const name of ['random', 'permute'] as const) {
    const given = controls.get(name);
    if (given === undefined) continue;
    throw given.wrong(`${given.called} is not built: name stressors, or use --all or --sequential`);
  }
  for (const name of NEEDS_ALL) {
    const given = controls.get(name);
    if (given === undefined || given.text?.endsWith('?') === true) continue;
    if (controls.has('all') || controls.has('parallel') || controls.has('sequential')) continue;
    throw given.wrong(`${given.called} goes with --all N or --sequential N alone: add one of them`);
  }
}
