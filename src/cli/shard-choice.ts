/** Which shard of a grid this process runs: what the user says, or what a job system's variables say. */
import { shardText, WHOLE, type Shard } from '../plan/shard.js';
import { InvalidValue, wholeNumber, type ValueOption } from './option-value.js';
import { readValues, type Settings } from './setting.js';
import type { Environment } from './terminal.js';
import { parseWhole } from './units.js';
import { UsageError } from './usage-error.js';

const SHARDS_MAX = 100_000;

export const SHARD_OPTIONS = {
  shard: {
    flags: '--shard <I/N>',
    help: 'run the points of one process of N, or off: all of them whatever a job array says',
    expects: `I/N such as 2/8 with I from 1 to N and N up to ${SHARDS_MAX}, or off`,
    parse: parseShard,
  },
  shards: {
    flags: '--shards <N>',
    help: 'how many processes a job array has, where its variables do not tell',
    expects: `a whole number from 1 to ${SHARDS_MAX}`,
    parse: wholeNumber(1, SHARDS_MAX),
  },
} satisfies Record<string, ValueOption<unknown>>;

export interface ShardChoice {
  readonly shard: Shard;
  /** `shard 2 of 4, by SLURM_ARRAY_TASK_ID` where the user did not say so. */
  readonly remark?: string;
}

/** A system that numbers its jobs by environment variables. */
interface JobSystem {
  readonly index: string;
  /** What its first job is numbered, or the variable that says so. */
  readonly first: 0 | 1 | string;
  /** How many jobs there are; none of them set: only the user knows. */
  readonly count?: string;
  /** Distance of two numbers, and the highest one. */
  readonly step?: string;
  readonly last?: string;
}

const JOB_SYSTEMS: readonly JobSystem[] = [
  {
    index: 'SLURM_ARRAY_TASK_ID',
    first: 'SLURM_ARRAY_TASK_MIN',
    count: 'SLURM_ARRAY_TASK_COUNT',
    step: 'SLURM_ARRAY_TASK_STEP',
    last: 'SLURM_ARRAY_TASK_MAX',
  },
  // Kubernetes.
  { index: 'JOB_COMPLETION_INDEX', first: 0 },
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0, count: 'AWS_BATCH_JOB_ARRAY_SIZE' },
  // GitLab.
  { index: 'CI_NODE_INDEX', first: 1, count: 'CI_NODE_TOTAL' },
  { index: 'CIRCLE_NODE_INDEX', first: 0, count: 'CIRCLE_NODE_TOTAL' },
  { index: 'BUILDKITE_PARALLEL_JOB', first: 0, count: 'BUILDKITE_PARALLEL_JOB_COUNT' },
];

const REMEDY = 'give --shard I/N, --shard off or --shards N';

/** Throws UsageError. */
export function chooseShard(settings: Settings, env: Environment): ShardChoice {
  const { shard, shards } = readValues(SHARD_OPTIONS, settings);
  if (shard !== undefined) {
    if (shards === undefined) return { shard };
    throw new UsageError(
      '--shards does not go with --shard, which says it all: leave out --shards',
    );
  }
  const found = JOB_SYSTEMS.filter(({ index }) => Boolean(env[index])).map((system) => {
    return { variable: system.index, shard: shardOf(system, env, shards) };
  });
  // Continuous integration without parallel jobs says that there is one.
  const [decisive, other] = found.filter((one) => shards !== undefined || one.shard.count > 1);
  if (other !== undefined && decisive !== undefined) {
    throw new UsageError(`both ${decisive.variable} and ${other.variable} are set: ${REMEDY}`);
  }
  if (decisive !== undefined) {
    const { variable } = decisive;
    return { shard: decisive.shard, remark: `${shardText(decisive.shard)}, by ${variable}` };
  }
  if (shards === undefined) return { shard: WHOLE };
  const known = JOB_SYSTEMS.map(({ index }) => index).join(', ');
  throw new UsageError(`--shards needs a job array, and none of ${known} is set: give --shard I/N`);
}

function shardOf(system: JobSystem, env: Environment, shards: number | undefined): Shard {
  const number = (name: string): number | undefined => {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    const value = parseWhole(text);
    if (value === undefined) {
      throw new UsageError(`${name} is '${text}', which is no whole number: ${REMEDY}`);
    }
    return value;
  };
  const id = number(system.index)!;
  const step = (system.step === undefined ? undefined : number(system.step)) ?? 1;
  const first = typeof system.first === 'string' ? number(system.first) : system.first;
  const last = system.last === undefined ? undefined : number(system.last);
  const told = system.count === undefined ? undefined : number(system.count);
  const spanned =
    first === undefined || last === undefined ? undefined : Math.floor((last - first) / step) + 1;
  const count = told ?? spanned ?? shards;
  if (first === undefined || count === undefined) {
    const what = first === undefined ? 'where numbers begin' : 'how many jobs there are';
    throw new UsageError(`${system.index} is set, but not ${what}: ${REMEDY}`);
  }
  if (shards !== undefined && shards !== count) {
    throw new UsageError(`--shards ${shards}, but ${system.index} is one of ${count}: ${REMEDY}`);
  }
  const index = (id - first) / step + 1;
  const isRegular = spanned === undefined || spanned === count;
  if (!isRegular || !Number.isInteger(index) || index < 1 || index > count || count > SHARDS_MAX) {
    const odd = `${system.index} is ${id}, which is none of ${count} numbers in a row`;
    throw new UsageError(`${odd}: ${REMEDY}`);
  }
  return { index, count };
}

function parseShard(text: string): Shard {
  if (text === 'off') return WHOLE;
  const [, index = '', count = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (count === '') throw new InvalidValue(`, not '${text}'`);
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index < 1 || shard.index > shard.count || shard.count > SHARDS_MAX) {
    throw new InvalidValue(`; '${text}' is out of range`);
  }
  return shard;
}
