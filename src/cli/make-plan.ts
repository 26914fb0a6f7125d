import { availableParallelism } from 'node:os';
import { definePlan } from '../plan/define-plan.js';
import { stressorByName } from '../workload/stressors/index.js';
import type { Backing } from '../plan/memory.js';
import type { Plan } from '../plan/plan.js';
import {
  DEFAULTS,
  PLAN_OPTIONS,
  type PlanOptionName,
  type PlanValue,
  TASKS_MAX,
} from './options.js';
import { type ValueOption } from './option-value.js';
import { readMachine } from './read-machine.js';
import { readSetting, typedSetting, type Setting, type Settings } from './setting.js';
import { formatSeconds } from './units.js';
import { UsageError } from './usage-error.js';
import type { Workload } from './workload-settings.js';

const ROUND_SECONDS_MIN = 0.001;

/**
 * The frozen plan that the command line, the workload's job file and the defaults make, in this
 * order of precedence. `cpus` is what "one task per CPU" means. Throws UsageError.
 */
export function makePlan(
  commandLine: Settings,
  workload: Workload,
  cpus: number = availableParallelism(),
): Plan {
  const setting = (name: PlanOptionName): Setting => settingOf(name, commandLine, workload);
  const value = <Name extends PlanOptionName>(name: Name): PlanValue<Name> => {
    const option = PLAN_OPTIONS[name] as ValueOption<PlanValue<Name>>;
    return readSetting(option, setting(name));
  };

  const machine = readMachine(value, commandLine);
  const tasks = value('tasks') || Math.min(machine?.cpus ?? cpus, TASKS_MAX);
  const writers = value('writers');
  if (tasks + writers > TASKS_MAX) {
    const { text, blame } = setting('writers');
    throw blame(
      `takes at most ${TASKS_MAX - tasks} beside ${tasks} tasks; '${text}' is out of range`,
    );
  }
  const mms = value('mms');
  if (mms > tasks) {
    const { text, blame } = setting('mms');
    throw blame(
      `takes a whole number from 1 to the number of tasks (${tasks}); '${text}' is out of range`,
    );
  }
  const seeds = machine === undefined ? 0 : value('seeds');
  const rounds = seeds > 0 ? seedsNotRounds(seeds, commandLine, value) : value('rounds');
  const timeoutSeconds = value('timeout');
  if (timeoutSeconds < rounds * ROUND_SECONDS_MIN) {
    const least = formatSeconds(rounds * ROUND_SECONDS_MIN);
    const { text, blame } = setting('timeout');
    throw blame(`takes at least ${least} for ${rounds} rounds; '${text}' is out of range`);
  }
  return definePlan({
    ...(machine === undefined ? {} : { machine }),
    stressor: workload.stressor,
    kernels: value('kernels'),
    tasks,
    writers,
    writerGapNs: value('writer-gap'),
    mms,
    mmapBytes: value('mmap-bytes'),
    thresholdBytes: value('threshold'),
    maxMapCount: value('max-map-count'),
    rwsem: value('rwsem'),
    rwsemSpin: value('rwsem-spin'),
    backing: backingFor(workload, value('backing'), setting('backing')),
    thp: value('thp'),
    linux: value('linux'),
    rounds,
    timeoutSeconds,
    seed: value('seed'),
  });
}

/** Throws UsageError where a file would have no effect, and whoever asks for one expects one. */
function backingFor({ stressor }: Workload, backing: Backing, { text, blame }: Setting): Backing {
  if (backing === 'anonymous' || stressorByName(stressor).mapsShare === true) return backing;
  throw blame(`takes anonymous alone with ${stressor}, which maps no shares; leave '${text}' out`);
}

/**
 * How many simulations there are: both options say it. A job file's seeds give way to the rounds of
 * the command line, as all of it does. Throws UsageError if both are on the command line.
 */
export function seedsNotRounds(
  seeds: number,
  commandLine: Settings,
  value: (name: 'rounds') => number,
): number {
  if (!commandLine.has('rounds')) return seeds;
  const given = commandLine.get('seeds');
  if (given === undefined) return value('rounds');
  throw given.blame('does not go with --rounds, which says the same: leave one of them out');
}

/** Text of every plan option's default, for the help text. */
export function defaultTexts(workload: Workload): ReadonlyMap<string, string> {
  const none: Settings = new Map();
  const names = Object.keys(PLAN_OPTIONS) as PlanOptionName[];
  return new Map(names.map((name) => [name, settingOf(name, none, workload).text]));
}

function settingOf(name: PlanOptionName, commandLine: Settings, workload: Workload): Setting {
  const given = commandLine.get(name) ?? workload.settings.get(name);
  if (given !== undefined) return given;
  const preset = DEFAULTS[name];
  if (preset === undefined) {
    throw new UsageError(`${workload.file}: does not set ${name}, which has no other default`);
  }
  return typedSetting(name, preset);
}
