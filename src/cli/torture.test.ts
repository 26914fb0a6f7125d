/** The torture command: its words, its exit codes, and what reaches the shell. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { LockBroken, type RunTorture } from '../engine/torture-engine.js';
import { policyNames } from '../mm/rwsem-policy.js';
import type { TortureDocument } from '../report/torture-result.js';
import type { TorturePlan } from '../samples/torture-samples.js';
import { syntheticTorture } from '../stats/testing/synthetic-torture.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runCommand, start } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';
import { tortureCommand } from './torture.js';

interface Run {
  readonly status: number;
  readonly world: FakeWorld;
  /** What the engine was asked to do. */
  readonly plans: readonly TorturePlan[];
}

/** The command in this process, with something else for an engine. */
async function runWith(
  argv: readonly string[],
  torment: RunTorture = (plan) => Promise.resolve(syntheticTorture(plan)),
  world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison'))),
): Promise<Run> {
  const plans: TorturePlan[] = [];
  const engine: RunTorture = (plan, hooks) => {
    plans.push(plan);
    return torment(plan, hooks);
  };
  const command = tortureCommand(() => Promise.resolve(engine));
  const entry = { name: 'torture', summary: '', load: () => Promise.resolve(command) };
  const status = await runInProcess(['torture', ...argv], world, [entry]);
  return { status, world, plans };
}

describe('options', () => {
  it('have defaults that make a plan', async () => {
    const { status, plans } = await runWith([]);
    expect(status).toBe(0);
    expect(plans).toEqual([
      {
        readers: 2,
        writers: 2,
        downgraders: 0,
        policies: ['fifo-4.17'],
        spin: true,
        seconds: 10,
        stallSeconds: 10,
        seed: 1,
      },
    ]);
  });

  it('make any other plan; all policies are those that there are', async () => {
    const who = ['--readers', '0', '--writers', '1', '--downgraders', '3'];
    const how = ['--spin', 'off', '--time', '1.5s', '--stall', '2m', '--seed', '7'];
    const { plans } = await runWith([...who, ...how, '--policy', 'no-steal,all']);
    expect(plans[0]).toMatchObject({ readers: 0, writers: 1, downgraders: 3, spin: false });
    expect(plans[0]).toMatchObject({ seconds: 1.5, stallSeconds: 120, seed: 7 });
    // Each once, however often it is named.
    const others = policyNames().filter((name) => name !== 'no-steal');
    expect(plans[0]!.policies).toEqual(['no-steal', ...others]);
  });

  it.each([
    [['--readers', '0', '--writers', '0'], 'there is no task'],
    [['--readers', '1000', '--downgraders', '25'], '1027 tasks are more than 1024'],
    [['--readers', '1025'], `--readers takes a whole number from 0 to 1024; '1025' is out of`],
    [['--writers', 'many'], `not 'many'`],
    [['--time', '0.05s'], `--time takes a time from 0.1s to 1w such as 60s`],
    [['--stall', '2w'], `'2w' is out of range`],
    [['--spin', 'maybe'], `--spin takes on or off, not 'maybe'`],
    [['--policy', 'no-stael'], `there is no rwsem policy 'no-stael' (did you mean 'no-steal'?)`],
    [['--kernels', 'pristine'], `unknown option '--kernels'`],
  ])('%j: one line on stderr, exit code 2', async (argv, expected) => {
    const { status, world, plans } = await runWith(argv);
    expect(status).toBe(2);
    expect(world.stderr.text).toMatch(/^mmsem-bench: [^\n]+ \(see mmsem-bench torture --help\)\n$/);
    expect(world.stderr.text).toContain(expected);
    expect(world.stdout.text).toBe('');
    expect(plans).toEqual([]);
  });

  it('--help fits a screen', async () => {
    const { world } = await runWith(['--help']);
    const lines = world.stdout.text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(45);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('exit codes', () => {
  it('a lock that breaks is 1, with the dump and the way to see it again', async () => {
    const breaks: RunTorture = () => Promise.reject(new LockBroken('nobody\n  count 0x00000001'));
    const { status, world } = await runWith(['--policy', 'no-steal', '--seed', '7'], breaks);
    expect(status).toBe(1);
    expect(world.stdout.text).toBe('');
    expect(world.stderr.text).toBe(
      'mmsem-bench: nobody\n  count 0x00000001\nto run it again: npx mmsem-bench torture ' +
        '--readers 2 --writers 2 --downgraders 0 --policy no-steal --spin on --time 10s ' +
        '--stall 10s --seed 7\n',
    );
  });

  it('a bug in the engine is 5', async () => {
    const { status, world } = await runWith([], () => Promise.reject(new TypeError('oops')));
    expect(status).toBe(5);
    expect(world.stderr.text).toContain('to run it again: npx mmsem-bench torture');
  });

  it('starvation is told at once and is no error', async () => {
    const { status, world } = await runWith([], (plan, hooks) => {
      hooks.onStarving('INFO: task 0 blocked');
      return Promise.resolve(syntheticTorture(plan));
    });
    expect(status).toBe(0);
    expect(world.stderr.text).toBe('INFO: task 0 blocked\n');
  });

  it('on a terminal, policies are announced unless it is to be quiet', async () => {
    const announces: RunTorture = (plan, hooks) => {
      for (const policy of plan.policies) hooks.onPolicy(policy);
      return Promise.resolve(syntheticTorture(plan));
    };
    for (const [argv, said] of [
      [[], 'fifo-4.17 for 10s\n'],
      [['--quiet'], ''],
    ] as const) {
      const world = new FakeWorld(() => Promise.reject(new Error('not this one')));
      world.stderr.isTTY = true;
      await runWith(argv, announces, world);
      expect(world.stderr.text).toBe(said);
    }
  });
});

describe('from outside', () => {
  beforeAll(() => {
    ensureBuilt();
  }, 120_000);

  it('a second of torture ends well, and its document adds up', async () => {
    const who = ['--readers', '2', '--writers', '2', '--downgraders', '1'];
    const argv = ['torture', ...who, '--time', '1s', '--stall', '60s', '--json'];
    const { status, stdout, stderr } = await runCommand(argv);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { policies, partial } = JSON.parse(stdout) as TortureDocument;
    expect(partial).toBe(false);
    expect(policies).toHaveLength(1);
    const { classes, tasks, seconds } = policies[0]!;
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(tasks).toHaveLength(5);
    expect(classes.map((one) => one.tasks)).toEqual([2, 2, 1]);
    for (const one of classes) {
      const shares = tasks.filter(({ role }) => role === one.role).map((task) => task.acquisitions);
      const total = shares.reduce((sum, share) => sum + share, 0);
      expect(total).toBeGreaterThan(0);
      expect(one.acquisitions).toBe(total);
      expect(one.acquisitionsPerSecond).toBeCloseTo(total / seconds, 6);
      expect(one.perTask).toEqual({
        min: Math.min(...shares),
        mean: total / shares.length,
        max: Math.max(...shares),
      });
      expect(one.waitNs.count).toBe(total);
      expect(one.holdNs.count).toBe(total);
      expect(one.contended).toBeLessThanOrEqual(total);
      expect(one.jain).toBeGreaterThan(0);
    }
  });

  it('wrong usage is 2', async () => {
    const { status, stdout, stderr } = await runCommand(['torture', '--time', '0']);
    expect(stderr).toMatch(/^mmsem-bench: --time takes a time from 0\.1s [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('SIGINT prints what was measured, exit code 130', async () => {
    const { child, outcome } = start([
      'torture',
      '--policy',
      'all',
      '--time',
      '60s',
      '--stall',
      '60s',
    ]);
    await sleep(2500);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await outcome;
    expect(stderr).toBe('');
    expect(status).toBe(130);
    expect(stdout).toContain('acquisitions/sec');
    expect(stdout).toContain(`Partial run: 0 of ${policyNames().length} policies`);
  });
});
