/** The explore command in this process: its words, what it asks of the engine, its exit codes. */
import { describe, expect, it } from 'vitest';
import { RunFailed } from '../engine/engine.js';
import { BROKEN_LOCKS } from '../engine/explore/broken-locks.js';
import type { ExploreJob } from '../engine/explore/job.js';
import { describeScenarios, scenarioNames } from '../engine/explore/scenarios/index.js';
import { describePolicies, policyNames } from '../mm/rwsem-policy.js';
import type { ExplorationDocument } from '../report/exploration.js';
import { DEADLOCK_SEARCH, QUIET_SEARCH } from '../report/testing/synthetic-exploration.js';
import { explorationList } from './explore-list.js';
import { searchProgressText, type Explore } from './explore-run.js';
import { exploreCommand } from './explore.js';
import { runCommand } from './main.js';
import { FakeWorld } from './testing/fake-world.js';

interface Run {
  readonly status: number;
  readonly world: FakeWorld;
  /** What the engine was asked to search, and for how long. */
  readonly jobs: readonly ExploreJob[];
  readonly seconds: number | undefined;
}

const findNothing: Explore = (jobs) =>
  Promise.resolve(
    jobs.map(({ scenario, policy, spin, broken }) => ({
      ...{ ...QUIET_SEARCH, scenario, policy, spin },
      ...(broken === undefined ? {} : { broken }),
    })),
  );

const findDeadlocks: Explore = (jobs) =>
  Promise.resolve(
    jobs.map(({ broken }) => ({ ...DEADLOCK_SEARCH, ...(broken === undefined ? {} : { broken }) })),
  );

/** The command with something else for an engine; the words are split at blanks. */
async function run(
  line: string,
  engine = findNothing,
  world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison'))),
): Promise<Run> {
  const asked: { jobs: readonly ExploreJob[]; seconds: number }[] = [];
  const spy: Explore = (jobs, seconds, hooks) => {
    asked.push({ jobs, seconds });
    return engine(jobs, seconds, hooks);
  };
  const command = exploreCommand(() => Promise.resolve(spy));
  const entry = { name: 'explore', summary: '', load: () => Promise.resolve(command) };
  const status = await runCommand(['explore', ...line.split(' ').filter(Boolean)], world, [entry]);
  return { status, world, jobs: asked[0]?.jobs ?? [], seconds: asked[0]?.seconds };
}

describe('without anything to search', () => {
  it('lists what there is, and how to search it', async () => {
    const { status, world, jobs } = await run('');
    expect([status, world.stderr.text, jobs]).toEqual([0, '', []]);
    for (const { name, title } of [
      ...describeScenarios(),
      ...describePolicies(),
      ...BROKEN_LOCKS,
    ]) {
      expect(world.stdout.text).toContain(`\n  ${name} `);
      expect(world.stdout.text.replace(/\s+/g, ' ')).toContain(title);
    }
    expect(world.stdout.text).toContain('\n  mmsem-bench explore all ');
    expect(Math.max(...world.stdout.text.split('\n').map((text) => text.length))).toBeLessThan(101);
  });

  it('does so in colour where that is asked for', () => {
    expect(explorationList(true)).toContain('\x1b[1mPolicies, for --policy');
    expect(explorationList(false)).not.toContain('\x1b');
  });
});

describe('what is searched', () => {
  it('is a scenario under the first policy, all within three interruptions', async () => {
    const { status, jobs, seconds } = await run('trylock');
    expect(status).toBe(0);
    expect(jobs).toEqual([
      {
        scenario: 'trylock',
        policy: 'fifo-4.17',
        spin: true,
        broken: undefined,
        strategy: { kind: 'exhaustive', bound: 3 },
        seed: 1,
        schedulesMax: Infinity,
      },
    ]);
    expect(seconds).toBe(300);
  });

  it('is every scenario under every policy', async () => {
    const { jobs } = await run('all --policy all --spin off --bound 1 --time 2s');
    const pairs = scenarioNames().flatMap((scenario) =>
      policyNames().map((policy) => ({ scenario, policy, spin: false })),
    );
    expect(jobs).toMatchObject(pairs);
    expect(jobs).toHaveLength(pairs.length);
  });

  it('is each policy once, in the order given', async () => {
    const { jobs } = await run('trylock --policy no-steal,fifo-4.17,no-steal');
    expect(jobs.map(({ policy }) => policy)).toEqual(['no-steal', 'fifo-4.17']);
  });

  it('is gone through by chance', async () => {
    const random = await run('trylock --search random --seed 7');
    expect(random.jobs[0]).toMatchObject({
      ...{ strategy: { kind: 'random' }, seed: 7, schedulesMax: 100_000 },
    });
    const pct = await run('trylock --search pct --depth 5 --schedules 42');
    expect(pct.jobs[0]).toMatchObject({ strategy: { kind: 'pct', depth: 5 }, schedulesMax: 42 });
  });

  it('is a broken lock where it shows', async () => {
    const { jobs } = await run('--broken all', findDeadlocks);
    expect(
      jobs.map(({ scenario, policy, broken }) => ({ scenario, policy, name: broken })),
    ).toEqual(BROKEN_LOCKS.map(({ scenario, policy, name }) => ({ scenario, policy, name })));
  });
});

describe('wrong usage', () => {
  const beside = 'does not go with';
  it.each([
    ['trlock', `there is no scenario 'trlock' (did you mean 'trylock'?)`],
    ['trylock spinners', `unexpected argument 'spinners'`],
    ['trylock --policy no-stael', `there is no rwsem policy 'no-stael' (did you mean 'no-steal'?)`],
    ['trylock --spin maybe', `--spin takes on or off, not 'maybe'`],
    ['trylock --search dfs', `--search takes exhaustive, random or pct, not 'dfs'`],
    ['trylock --bound 101', `--bound takes a whole number from 0 to 100; '101' is out of range`],
    ['trylock --search pct --depth 0', `--depth takes a whole number from 1 to 100; '0' is out of`],
    ['trylock --schedules 0', `--schedules takes a whole number from 1 to 1000000000; '0' is out`],
    ['trylock --time 2w', `--time takes a time from 0.01s to 1w such as 20s`],
    [
      '--broken lost-wakeup',
      `there is no broken lock 'lost-wakeup' (did you mean 'lost-wake-up'?)`,
    ],
    [
      'trylock --bound 2 --search pct',
      `--bound ${beside} --search pct, only with exhaustive: leave`,
    ],
    [
      'trylock --depth 2',
      `--depth ${beside} --search exhaustive, only with pct: leave out --depth 2`,
    ],
    [
      '--broken all trylock',
      `SCENARIO ${beside} --broken, where each lock brings its own: leave out`,
    ],
    ['--broken all --policy all', `--policy ${beside} --broken`],
    ['--broken all --spin off', `--spin ${beside} --broken`],
    [
      '--replay a/b/c trylock',
      `SCENARIO ${beside} --replay, which names scenario, policy and lock`,
    ],
    ['--replay a/b/c --broken all', `--broken ${beside} --replay`],
    ['--replay a/b/c --policy all', `--policy ${beside} --replay`],
    ['--replay a/b/c --time 1s', `--time ${beside} --replay`],
    ['--policy all', '--policy needs something to search: name a SCENARIO, or all'],
    ['--json', '--json needs something to search: name a SCENARIO, or all'],
    ['--replay x', `'x' cannot be read: it has the form SCENARIO/POLICY/SCHEDULE`],
    ['--replay trylock/fifo-4.17/a?', `cannot be read`],
    ['--replay trylok/fifo-4.17/a', `a scenario 'trylok', which does not exist (did you mean 'try`],
    [
      '--replay trylock/fifo/a',
      `'fifo', which does not exist (there are fifo-4.17, phase-fair-5.3,`,
    ],
    ['--replay trylock/fifo-4.17/broken=double-grunt/a', `did you mean 'double-grant'?`],
    ['--replay trylock/fifo-4.17/z', `'trylock/fifo-4.17/z' does not fit: `],
  ])('%s', async (line, expected) => {
    const { status, world, jobs } = await run(line);
    expect(world.stderr.text).toMatch(/^mmsem-bench: [^\n]+ \(see mmsem-bench explore --help\)\n$/);
    expect(world.stderr.text).toContain(expected);
    expect([status, world.stdout.text, jobs]).toEqual([2, '', []]);
  });
});

describe('exit codes', () => {
  it('0 when nothing is found, 1 when something is', async () => {
    expect((await run('all')).status).toBe(0);
    const { status, world } = await run('all', findDeadlocks);
    expect(status).toBe(1);
    expect(world.stdout.text).toContain('\nDeadlock: nobody can run');
    expect(world.stderr.text).toBe('');
  });

  it('1 when every broken lock is caught, 5 when one is not', async () => {
    expect((await run('--broken all', findDeadlocks)).status).toBe(1);
    const { status, world } = await run('--broken double-grant --bound 0');
    expect(status).toBe(5);
    expect(world.stdout.text).toContain('double-grant  spinners');
    expect(world.stderr.text).toBe(
      'mmsem-bench: the run failed: not caught: double-grant; ' +
        'give the search more --bound, --schedules or --time\n' +
        'to run it again: npx mmsem-bench explore --broken double-grant --search exhaustive ' +
        '--bound 0 --time 5m --seed 1\n',
    );
  });

  it('5 when the engine fails, with the command that does the same again', async () => {
    const fail: Explore = () => Promise.reject(new RunFailed('no memory'));
    const { status, world } = await run('trylock --search random --seed 3', fail);
    expect(status).toBe(5);
    expect(world.stderr.text).toContain(
      'to run it again: npx mmsem-bench explore trylock --policy fifo-4.17 --spin on ' +
        '--search random --time 5m --seed 3\n',
    );
    expect(world.signals.listenerCount('SIGINT')).toBe(0);
  });

  it('130 after a signal, which prints what was covered', async () => {
    const interrupted: Explore = async (jobs, seconds, hooks) => {
      world.signals.emit('SIGINT', 'SIGINT');
      expect(hooks.signal.aborted).toBe(true);
      const found = await findNothing(jobs, seconds, hooks);
      return found.map((row) => ({ ...row, isComplete: false, boundDone: 1 }));
    };
    const world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison')));
    const { status } = await run('trylock --json', interrupted, world);
    expect(status).toBe(130);
    const document = JSON.parse(world.stdout.text) as ExplorationDocument;
    expect(document).toMatchObject({ partial: true, explorations: [{ isComplete: false }] });
    expect(world.signals.listenerCount('SIGINT')).toBe(0);
  });
});

describe('the progress line', () => {
  it('counts searches and schedules', () => {
    expect(searchProgressText(3, 8, 1_234_567)).toBe('3 of 8 searches done  1.235 M schedules');
    expect(searchProgressText(0, 1, 59)).toBe('0 of 1 search done  59 schedules');
  });

  it.each([
    ['trylock', true, '\r\x1b[K0 of 1 search done  256 schedules\r\x1b[K'],
    ['trylock --quiet', true, ''],
    ['trylock', false, ''],
  ])('%s on a terminal: %s', async (line, isTTY, expected) => {
    const world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison')));
    world.stderr.isTTY = isTTY;
    const slow: Explore = (jobs, seconds, hooks) => {
      hooks.onProgress(0, jobs.length, 256);
      return findNothing(jobs, seconds, hooks);
    };
    await run(line, slow, world);
    expect(world.stderr.text).toBe(expected);
  });
});
