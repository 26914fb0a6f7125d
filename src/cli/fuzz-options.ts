/** The words of `mmsem-bench fuzz` as data, and the plan that they make. */
import type { FuzzKernel } from '../engine/fuzz-engine.js';
import type { FuzzPlan } from '../samples/fuzz-samples.js';
import { MODEL } from './model-options.js';
import { between, oneOf, wholeNumber, type ValueOption } from './option-value.js';
import { OUTPUT } from './output-options.js';
import { SEED } from './seed-option.js';
import { readValues, type Settings } from './setting.js';
import { formatBytes, formatSeconds, parseSeconds } from './units.js';
import { UsageError } from './usage-error.js';

/** A word of content has room for so many owners. */
const TASKS_MAX = 1024;
/** A schedule of more tasks than these is too long to be read. */
const EXPLORE_TASKS_MAX = 26;

/** By name, and when it is certain that it is needed. */
export const LOCAL_ENGINES: Readonly<Record<FuzzPlan['engine'], () => Promise<FuzzKernel>>> = {
  threads: async () => (await import('../engine/threads/fuzz/trial.js')).fuzzOnThreads,
  explore: async () => (await import('../engine/explore/fuzz/run.js')).fuzzByChance,
};

const ENGINES = ['threads', 'explore'] as const;

const aTime = between(0.1, 604_800, parseSeconds);
const expectsTime = (example: string): string =>
  `a time from 0.1s to 1w such as ${example} (suffixes s m h d w y)`;

export const RUN = {
  tasks: {
    flags: '--tasks <N>',
    help: 'tasks that make calls [threads: 8, explore: 3]',
    expects: `a whole number from 1 to ${TASKS_MAX}`,
    parse: wholeNumber(1, TASKS_MAX),
  },
  mms: {
    flags: '--mms <M>',
    help: 'address spaces to spread them over',
    expects: `a whole number from 1 to ${TASKS_MAX}`,
    parse: wholeNumber(1, TASKS_MAX),
    preset: '1',
  },
  engine: {
    flags: '--engine <NAME>',
    help: 'threads, or explore: short programs under random schedules, with an exact replay',
    expects: ENGINES.join(' or '),
    parse: oneOf(ENGINES),
    preset: 'threads',
  },
  time: {
    flags: '-t, --time <T>',
    help: 'for every kernel, 0.1s to 1w',
    expects: expectsTime('4h'),
    parse: aTime,
    preset: '60s',
  },
  stall: {
    flags: '--stall <T>',
    help: 'threads: if no task gets on for so long, that is a finding',
    expects: expectsTime('10s'),
    parse: aTime,
    preset: '30s',
  },
  seed: SEED,
} satisfies Record<string, ValueOption<unknown>>;

export const REPLAY = {
  replay: {
    flags: '--replay <STRING>',
    help: 'instead of all that: one program under one schedule, as a finding of explore names it',
    expects: 'the string that a finding ends with',
    parse: (text: string) => text,
  },
} satisfies Record<string, ValueOption<unknown>>;

export const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead (results/fuzz.schema.json)' },
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: OUTPUT.quiet,
};

export const EPILOGUE = `Of munmaps 1 in 20 takes a whole mapping that somebody made, the others half of the time a part of
it and half of the time one page. A load must see what its owner stored last, zero where that may
be, or SIGSEGV; up to 20 times a second, on explore after every program, all invariants are looked
at. Of more tasks than cores as many make calls at a time as there are cores; at times all do.
Exit codes: 0 nothing found, 1 a finding, 2 wrong usage, 5 the run failed; 130, 143, 129 interrupted
by SIGINT, SIGTERM, SIGHUP: what was found so far is printed.`;

const TASKS_PRESET: Readonly<Record<FuzzPlan['engine'], number>> = { threads: 8, explore: 3 };
const TASKS_LIMIT: Readonly<Record<FuzzPlan['engine'], number>> = {
  threads: TASKS_MAX,
  explore: EXPLORE_TASKS_MAX,
};

/** Throws UsageError. */
export function fuzzPlan(settings: Settings): FuzzPlan {
  const { kernels, threshold, linux } = readValues(MODEL, settings);
  const values = readValues(RUN, settings);
  const { engine, mms, time, stall, seed } = values;
  const tasks = values.tasks ?? TASKS_PRESET[engine];
  if (tasks > TASKS_LIMIT[engine]) {
    throw new UsageError(`--tasks ${tasks} is more than the ${TASKS_LIMIT[engine]} of ${engine}`);
  }
  if (mms > tasks) throw new UsageError(`--mms ${mms} is more than the ${tasks} tasks there are`);
  return {
    engine,
    kernels: [...new Set(kernels)],
    thresholdBytes: threshold,
    linux,
    tasks,
    mms,
    seconds: time,
    stallSeconds: stall,
    seed,
  };
}

/** The command that asks for the same run. */
export function replayFuzzCommand(plan: FuzzPlan): string {
  return [
    `npx mmsem-bench fuzz --kernels ${plan.kernels.join(',')}`,
    `--threshold ${formatBytes(plan.thresholdBytes)} --linux ${plan.linux}`,
    `--tasks ${plan.tasks} --mms ${plan.mms} --engine ${plan.engine}`,
    `--time ${formatSeconds(plan.seconds)} --stall ${formatSeconds(plan.stallSeconds)}`,
    `--seed ${plan.seed}`,
  ].join(' ');
}
