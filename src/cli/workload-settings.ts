import { readFileSync } from 'node:fs';
import { JobFileError, parseJobFile, type JobFile, type JobOption } from '../workload/job-file.js';
import { stressorNames } from '../workload/stressors/index.js';
import { closest } from '../util/edit-distance.js';
import type { Switch } from './command.js';
import { PLAN_OPTIONS, PLAN_SWITCHES } from './options.js';
import type { Setting, Settings } from './setting.js';
import { UsageError } from './usage-error.js';

/** What a job file says: which stressor, and the options of the plan that it sets. */
export interface Workload {
  readonly file: string;
  readonly stressor: string;
  readonly settings: Settings;
}

/** Stressors that a job may name. */
const STRESSORS = stressorNames();

/** A stressor's own option is its number of instances, which are this tool's tasks. */
const INSTANCES = 'tasks';

/** Throws UsageError: the file cannot be read, or a line of it is wrong. */
export function readWorkload(file: string): Workload {
  try {
    return workloadOf(file, parseJobFile(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof JobFileError) throw new UsageError(`${file}: ${error.message}`);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`cannot read the workload: ${error.message}`);
  }
}

function workloadOf(file: string, job: JobFile): Workload {
  const settings = new Map<string, Setting>();
  let stressor: string | undefined;
  for (const option of job.options) {
    const isStressor = STRESSORS.includes(option.name);
    if (Object.hasOwn(PLAN_SWITCHES, option.name)) {
      const { name, text } = meaningOf(option);
      settings.set(name, settingOf(file, { ...option, name, args: [text] }));
      continue;
    }
    if (!isStressor && !Object.hasOwn(PLAN_OPTIONS, option.name)) throw unknownName(option);
    if (isStressor && stressor !== undefined) {
      throw new JobFileError('a job names one stressor', option.line, option.original);
    }
    if (isStressor) stressor = option.name;
    settings.set(isStressor ? INSTANCES : option.name, settingOf(file, option));
  }
  if (stressor === undefined) {
    throw new UsageError(`${file}: names no stressor (${STRESSORS.join(', ')})`);
  }
  return { file, stressor, settings };
}

/** The option that a switch is short for. */
function meaningOf({ name, args, line, original }: JobOption): Required<Switch>['means'] {
  if (args.length > 0) throw new JobFileError(`${name} takes no value`, line, original);
  return PLAN_SWITCHES[name as keyof typeof PLAN_SWITCHES].means;
}

function settingOf(file: string, { name, args, line, original }: JobOption): Setting {
  const [text] = args;
  if (text === undefined) throw new JobFileError(`${name} takes a value`, line, original);
  const blame = (problem: string): UsageError => {
    return new UsageError(
      `${file}: ${new JobFileError(`${name} ${problem}`, line, original).message}`,
    );
  };
  return { text, blame };
}

function unknownName({ name, line, original }: JobOption): JobFileError {
  const near = closest(name, [...STRESSORS, ...Object.keys({ ...PLAN_OPTIONS, ...PLAN_SWITCHES })]);
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`;
  return new JobFileError(`unknown option '${name}'${hint}`, line, original);
}
