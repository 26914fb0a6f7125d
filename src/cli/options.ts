import { ENGINE_NAMES } from '../engine/engines.js';
import { linuxVersions } from '../mm/kernel-rules.js';
import { kernelNames, partsOfKernelName } from '../mm/kernels.js';
import { policyNames } from '../mm/rwsem-policy.js';
import { BACKINGS, MEMORY_DEFAULTS, THP_SETTINGS } from '../plan/memory.js';
import { DEFAULT_RWSEM, DEFAULT_WRITER_GAP_NS } from '../plan/plan.js';
import type { OptionGroup, Switch, Syntax } from './command.js';
import { DETERMINISM } from './determinism.js';
import {
  InvalidValue,
  between,
  nameOf,
  namesOf,
  oneOf,
  wholeNumber,
  type ValueOption,
} from './option-value.js';
import { RESULT_OUTPUT } from './result-output.js';
import { SEED } from './seed-option.js';
import { UNTIL } from './until.js';
import { formatNsExactly, parseBytes, parseNs, parseSeconds } from './units.js';

/**
 * The one table of options: what each is called, takes and admits, and its default. The defaults of
 * the workload (how much memory, tasks, address spaces, threshold) are not here: they stand in the
 * workload's job file.
 */

export const TASKS_MAX = 1024;

const WORKLOAD = {
  'mmap-bytes': {
    flags: '--mmap-bytes <N>',
    help: 'simulated memory in total, shared evenly among the tasks, 4K to 1T',
    expects: 'a size from 4K to 1T such as 80G (suffixes b k m g t p e)',
    parse: between(4096, 1024 ** 4, parseBytes),
  },
  tasks: {
    flags: '--tasks <N>',
    help: 'simulated tasks, up to 1024; 0 = one per CPU of the machine they run on',
    expects: `a whole number from 0 to ${TASKS_MAX} (0 = one per CPU)`,
    parse: wholeNumber(0, TASKS_MAX),
  },
  writers: {
    flags: '--writers <N>',
    help: 'further tasks that each map and unmap a page now and then, up to 1024',
    expects: `a whole number from 0 to ${TASKS_MAX}`,
    parse: wholeNumber(0, TASKS_MAX),
  },
  'writer-gap': {
    flags: '--writer-gap <T>',
    help: 'mean time a writer sleeps between two operations, 0 to 5s (ns us ms s)',
    expects: 'a time from 0 to 5s such as 1ms (suffixes ns us ms s)',
    parse: between(0, 5e9, parseNs),
  },
  mms: {
    flags: '--mms <N>',
    help: 'address spaces to spread the tasks over, 1 to the number of tasks',
    expects: 'a whole number from 1 to the number of tasks',
    parse: wholeNumber(1, TASKS_MAX),
  },
  threshold: {
    flags: '--threshold <N>',
    help: 'mappings this large take the large-munmap path, 4K to 128T',
    expects: 'a size from 4K to 128T such as 1G (suffixes b k m g t p e)',
    parse: between(4096, 128 * 1024 ** 4, parseBytes),
  },
  'max-map-count': {
    flags: '--max-map-count <N>',
    help: 'vm.max_map_count of every address space, 1 to 1048576',
    expects: 'a whole number from 1 to 1048576',
    parse: wholeNumber(1, 1_048_576),
  },
  backing: {
    flags: '--backing <KIND>',
    help: 'shares are anonymous, or a file each: disk (--mmap-file) or tmpfs',
    expects: `what shares are mapped from (${BACKINGS.join(', ')})`,
    parse: nameOf('backing', BACKINGS),
  },
} satisfies Record<string, ValueOption<unknown>>;

/** Settings without a value that are short for one of the plan's; a job file may have them too. */
export const PLAN_SWITCHES = {
  'mmap-file': {
    flags: '--mmap-file',
    help: 'same as --backing disk',
    means: { name: 'backing', text: 'disk' },
    hidden: true,
  },
} satisfies Record<string, Switch>;

const RUN = {
  kernels: {
    flags: '--kernels <LIST>',
    help: `kernels, base first, from ${kernelNames().join(', ')}`,
    expects: `a comma-separated list of kernels (${kernelNames().join(', ')})`,
    parse: parseKernels,
  },
  rwsem: {
    flags: '--rwsem <POLICY>',
    help: `how mmap_sem decides: ${policyNames().join(', ')}`,
    expects: `an rwsem policy (${policyNames().join(', ')})`,
    parse: nameOf('rwsem policy', policyNames()),
  },
  'rwsem-spin': {
    flags: '--rwsem-spin <WHEN>',
    help: 'on, or off: writers sleep at once instead of spinning on a running owner',
    expects: 'on or off',
    parse: onOrOff,
  },
  thp: {
    flags: '--thp <MODE>',
    help: `transparent huge pages: ${THP_SETTINGS.join(', ')}`,
    expects: `a mode of transparent huge pages (${THP_SETTINGS.join(', ')})`,
    parse: nameOf('mode of transparent huge pages', THP_SETTINGS),
  },
  linux: {
    flags: '--linux <VERSION>',
    help: `version whose address space it is, the locks aside: ${linuxVersions().join(', ')}`,
    expects: `a version of Linux (${linuxVersions().join(', ')})`,
    parse: nameOf('version', linuxVersions()),
  },
  rounds: {
    flags: '--rounds <N>',
    help: 'times every kernel is measured, in alternating order, 1 to 1000',
    expects: 'a whole number from 1 to 1000',
    parse: wholeNumber(1, 1000),
  },
  timeout: {
    flags: '-t, --timeout <T>',
    help: 'measured time per kernel over all rounds, 0.01s to 1w',
    expects: 'a time from 0.01s to 1w such as 20s (suffixes s m h d w y)',
    parse: between(0.01, 604_800, parseSeconds),
  },
  seed: SEED,
} satisfies Record<string, ValueOption<unknown>>;

const CPUS_MAX = 1024;

const MACHINE = {
  engine: {
    flags: '--engine <NAME>',
    help: 'threads: real ones on this machine; virtual: on a simulated machine',
    expects: `an engine (${ENGINE_NAMES.join(', ')})`,
    parse: nameOf('engine', ENGINE_NAMES),
  },
  machine: {
    flags: '--machine <NAME>',
    help: 'what is simulated: a profile of workloads/machines, or a file',
    expects: 'the name of a machine profile or a file',
    parse: (text: string) => text,
  },
  cpus: {
    flags: '--cpus <N>',
    help: `CPUs of the simulated machine, up to ${CPUS_MAX}; 0 = those of its profile`,
    expects: `a whole number from 0 to ${CPUS_MAX}`,
    parse: wholeNumber(0, CPUS_MAX),
  },
  set: {
    flags: '--set <LIST>',
    help: 'costs of its profile to change, such as zapPageNs=214,lineTransferNs=70',
    expects: 'a comma-separated list of NAME=VALUE such as zapPageNs=214',
    parse: (text: string) => (text === '' ? [] : text.split(',')),
  },
  seeds: {
    flags: '--seeds <N>',
    help: 'simulations of every kernel, a seed each, up to 1000; 0 = as --rounds',
    expects: 'a whole number from 0 to 1000',
    parse: wholeNumber(0, 1000),
  },
} satisfies Record<string, ValueOption<unknown>>;

/** Options that make the plan; a job file may set them too. */
export const PLAN_OPTIONS = { ...WORKLOAD, ...RUN, ...MACHINE };

/**
 * For commands that take all of them: listed where they belong, as all of them again would not fit a
 * screen.
 */
export const HIDDEN_PLAN_OPTIONS: OptionGroup = Object.fromEntries(
  Object.entries<ValueOption<unknown> | Switch>({ ...PLAN_OPTIONS, ...PLAN_SWITCHES }).map(
    ([name, option]) => [name, { ...option, hidden: true }],
  ),
);

export type PlanOptionName = keyof typeof PLAN_OPTIONS;

export type PlanValue<Name extends PlanOptionName> = ReturnType<
  (typeof PLAN_OPTIONS)[Name]['parse']
>;

/** Defaults of the options that describe the run and the machine, not the workload. */
export const DEFAULTS: Readonly<Partial<Record<PlanOptionName, string>>> = {
  writers: '0',
  'writer-gap': formatNsExactly(DEFAULT_WRITER_GAP_NS),
  'max-map-count': '65530',
  backing: MEMORY_DEFAULTS.backing,
  kernels: 'pristine,patched',
  rwsem: DEFAULT_RWSEM,
  'rwsem-spin': 'on',
  thp: MEMORY_DEFAULTS.thp,
  linux: MEMORY_DEFAULTS.linux,
  rounds: '10',
  timeout: '16s',
  seed: SEED.preset,
  engine: 'threads',
  machine: 'e5-2680-32',
  cpus: '0',
  set: '',
  seeds: '0',
};

/** What parsing and help need to know of the comparison, which is what happens without a command. */
export const COMPARISON: Syntax = {
  description:
    'What does a change to mmap_sem locking do to page faults and munmap? Compares kernels on a simulated\n' +
    'Linux address space, on real threads or a simulated machine, and says how sure the difference is.',
  groups: {
    'Workload (defaults from workloads/fault-munmap.job)': { ...WORKLOAD, ...PLAN_SWITCHES },
    Run: { ...RUN, ...UNTIL },
    Machine: { ...MACHINE, ...DETERMINISM },
    Output: RESULT_OUTPUT,
  },
};

function onOrOff(text: string): boolean {
  return oneOf(['on', 'off'])(text) === 'on';
}

/** `pristine,patched+8%`: kernels, any of them with a slow-down planted. */
function parseKernels(text: string): readonly string[] {
  const names = text.split(',');
  const stems = names.map((name) => {
    const parts = partsOfKernelName(name);
    if (parts !== undefined) return parts.stem;
    throw new InvalidValue(
      `; '${name}' plants no slow-down: write NAME+P%, P above 0 and up to 50, such as pristine+8%`,
    );
  });
  namesOf('kernel', kernelNames())(stems.join(','));
  return names;
}
