import { describe, expect, it } from 'vitest';
import { typedSetting } from './setting.js';
import { chooseShard, type ShardChoice } from './shard-choice.js';
import { UsageError } from './usage-error.js';

type Env = Readonly<Record<string, string>>;

function choose(options: Readonly<Record<string, string>>, env: Env): ShardChoice {
  const given = Object.entries(options).map(([name, text]) => {
    return [name, typedSetting(name, text)] as const;
  });
  return chooseShard(new Map(given), env);
}

function refusalOf(options: Readonly<Record<string, string>>, env: Env): string {
  try {
    choose(options, env);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error('accepted');
}

const slurm = (id: number, min: number, max: number, step: number, count?: number): Env => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(min),
  SLURM_ARRAY_TASK_MAX: String(max),
  SLURM_ARRAY_TASK_STEP: String(step),
  ...(count === undefined ? {} : { SLURM_ARRAY_TASK_COUNT: String(count) }),
});
const GITLAB = { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' };

describe('which shard', () => {
  it.each<[Record<string, string>, Env, string]>([
    [{}, {}, '1/1'],
    [{ shard: '2/8' }, {}, '2/8'],
    [{ shard: '8/8' }, GITLAB, '8/8'],
    [{ shard: 'off' }, GITLAB, '1/1'],
    [{}, slurm(0, 0, 15, 1, 16), '1/16 SLURM_ARRAY_TASK_ID'],
    [{}, slurm(16, 1, 16, 1, 16), '16/16 SLURM_ARRAY_TASK_ID'],
    [{}, slurm(8, 0, 15, 4, 4), '3/4 SLURM_ARRAY_TASK_ID'],
    [{}, slurm(5, 1, 7, 2), '3/4 SLURM_ARRAY_TASK_ID'],
    [{ shards: '4' }, { JOB_COMPLETION_INDEX: '0' }, '1/4 JOB_COMPLETION_INDEX'],
    [{ shards: '4' }, { AWS_BATCH_JOB_ARRAY_INDEX: '3' }, '4/4 AWS_BATCH_JOB_ARRAY_INDEX'],
    [
      {},
      { AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '5' },
      '4/5 AWS_BATCH_JOB_ARRAY_INDEX',
    ],
    [{}, GITLAB, '2/3 CI_NODE_INDEX'],
    [{}, { CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '2' }, '1/2 CIRCLE_NODE_INDEX'],
    [
      {},
      { BUILDKITE_PARALLEL_JOB: '1', BUILDKITE_PARALLEL_JOB_COUNT: '2' },
      '2/2 BUILDKITE_PARALLEL_JOB',
    ],
    // Jobs that are not parallel, as these services describe them.
    [{}, { CI_NODE_TOTAL: '1' }, '1/1'],
    [{}, { CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '1' }, '1/1'],
    [{}, { ...GITLAB, CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '1' }, '2/3 CI_NODE_INDEX'],
    [{}, { CI_NODE_INDEX: '' }, '1/1'],
  ])('%j with %j: %s', (options, env, expected) => {
    const { shard, remark } = choose(options, env);
    const variable = remark?.replace(`shard ${shard.index} of ${shard.count}, by`, '') ?? '';
    expect(`${shard.index}/${shard.count}${variable}`).toBe(expected);
  });
});

describe('refused', () => {
  it.each<[Record<string, string>, Env, string]>([
    [{ shard: '0/4' }, {}, `'0/4' is out of range`],
    [{ shard: '5/4' }, {}, `'5/4' is out of range`],
    [{ shard: '2' }, {}, `--shard takes I/N such as 2/8`],
    [{ shards: '0' }, {}, `--shards takes a whole number from 1`],
    [{ shards: '4' }, {}, '--shards needs a job array'],
    [{ shards: '4', shard: '1/4' }, {}, '--shards does not go with --shard'],
    [{ shards: '4' }, GITLAB, '--shards 4, but CI_NODE_INDEX is one of 3'],
    [
      {},
      { JOB_COMPLETION_INDEX: '0' },
      'JOB_COMPLETION_INDEX is set, but not how many jobs there are',
    ],
    [{}, { SLURM_ARRAY_TASK_ID: '1' }, 'SLURM_ARRAY_TASK_ID is set, but not where numbers begin'],
    [{}, { CI_NODE_INDEX: '1' }, 'CI_NODE_INDEX is set, but not how many jobs there are'],
    [{ shards: '2' }, { JOB_COMPLETION_INDEX: '2' }, 'is 2, which is none of 2 numbers in a row'],
    [{}, { CI_NODE_INDEX: '0', CI_NODE_TOTAL: '3' }, 'is 0, which is none of 3 numbers in a row'],
    [{}, { CI_NODE_INDEX: 'x', CI_NODE_TOTAL: '3' }, `CI_NODE_INDEX is 'x'`],
    // --array=1,3,7 and what is not on its grid.
    [{}, slurm(3, 1, 7, 1, 3), 'SLURM_ARRAY_TASK_ID is 3, which is none of 3 numbers in a row'],
    [{}, slurm(2, 1, 7, 2, 4), 'is none of 4 numbers'],
    [{}, { ...GITLAB, ...slurm(1, 1, 4, 1, 4) }, 'both SLURM_ARRAY_TASK_ID and CI_NODE_INDEX'],
  ])('%j with %j', (options, env, expected) => {
    const message = refusalOf(options, env);
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });
});
