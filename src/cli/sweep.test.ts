/** The commands sweep and merge in this process, with something else for an engine. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFailed } from '../engine/engine.js';
import { COST_NAMES } from '../plan/machine-model.js';
import type { SweepDocument } from '../report/sweep-document.js';
import { syntheticRounds, syntheticRun } from '../stats/testing/synthetic-run.js';
import { runCommand } from './main.js';
import { PLAN_OPTIONS } from './options.js';
import { FakeWorld, type FakeRun } from './testing/fake-world.js';

const PRISTINE = { faults: 20_000_000, writeHoldNs: 60_000_000, readWaitNs: 60_000_000 };
const PATCHED = { faults: 24_000_000, writeHoldNs: 90_000, readWaitNs: 2_000_000 };

const finishes: FakeRun = (plan) =>
  Promise.resolve(syntheticRun(syntheticRounds([PRISTINE, PATCHED], plan.rounds)));

async function sweep(line: string, does = finishes, world = new FakeWorld(does)) {
  const exitCode = await runCommand(['sweep', ...line.split(' ').filter(Boolean)], world);
  return { exitCode, world, stdout: world.stdout.text, stderr: world.stderr.text };
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-sweep-'));
  file = path.join(folder, 's.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const documentIn = (text: string): SweepDocument => JSON.parse(text) as SweepDocument;

describe('points', () => {
  it('are the plans of the comparison, on the virtual engine, in the order of the grid', async () => {
    const { exitCode, world } = await sweep('--over tasks=2,1 --over zapPageNs=90,7 --seed 5');
    expect(exitCode).toBe(0);
    const at = world.plans.map(({ tasks, machine }) => [tasks, machine?.costs.zapPageNs]);
    expect(at).toEqual([
      [2, 90],
      [2, 7],
      [1, 90],
      [1, 7],
    ]);
    const alone = new FakeWorld(finishes);
    const line = '--engine virtual --tasks 2 --set zapPageNs=7 --seed 5';
    await runCommand(line.split(' '), alone);
    expect(world.plans[1]).toEqual(alone.plans[0]);
  });

  it('may vary any option of the plan and any cost', async () => {
    for (const name of [...Object.keys(PLAN_OPTIONS), ...COST_NAMES]) {
      const { stderr } = await sweep(`--over ${name}=%`);
      expect(stderr).not.toContain('takes an option or a cost');
      expect(stderr.replace(/^mmsem-bench: \S+ /, '')).not.toBe(stderr);
    }
  });

  it('may vary what is a list itself, and costs on top of other changes', async () => {
    const { world } = await sweep(
      '--over kernels=pristine,patched;patched,pristine --over cpus=4,8',
    );
    expect(world.plans.map(({ kernels }) => kernels[0])).toEqual([
      ...['pristine', 'pristine', 'patched', 'patched'],
    ]);
    const more = await sweep('--set ipiNs=1,syscallNs=2 --over ipiNs=3 --over tasks=1');
    expect(more.exitCode).toBe(2);
    const costs = await sweep('--set syscallNs=2 --over ipiNs=3');
    expect(costs.world.plans[0]!.machine!.costs).toMatchObject({ ipiNs: 3, syscallNs: 2 });
  });

  it('run on threads one at a time', async () => {
    let running = 0;
    const { world, exitCode } = await sweep('--engine threads --over tasks=1,2,3', async (plan) => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return syntheticRun(syntheticRounds([PRISTINE, PATCHED], plan.rounds));
    });
    expect(exitCode).toBe(0);
    expect(world.plans.map(({ engine }) => engine)).toEqual(['threads', 'threads', 'threads']);
  });
});

describe('wrong usage is one line, before anything runs', () => {
  it.each([
    ['', '--over takes an option or cost and its values such as tasks=1,2,4'],
    ['--over taks=1', `there is none called 'taks' (did you mean 'tasks'?)`],
    ['--over zapPagNs=1', `(did you mean 'zapPageNs'?)`],
    ['--over tasks', `not 'tasks'`],
    ['--over tasks=', 'tasks has no values'],
    ['--over tasks=1,,2', 'has an empty value'],
    ['--over tasks=1,1', 'tasks has the value 1 twice'],
    ['--over tasks=1 --over seed=1 --over tasks=2', '--over tasks is given twice'],
    ['--over tasks=1,x', `--over tasks takes a whole number from 0 to 1024`],
    ['--over zapPageNs=1.5', `--over zapPageNs takes whole numbers, not '1.5'`],
    ['--over tasks=4,1 --mms 2', 'to the number of tasks (1)'],
    ['--over tasks=4,1 --mms 2', '(at tasks=1)'],
    ['--over tasks=4 --tasks 2', '--tasks does not go with --over tasks'],
    ['--over ipiNs=4 --set ipiNs=2', '--set ipiNs does not go with --over ipiNs'],
    ['--over machine=nope', `not 'nope'`],
    ['--over zapPageNs=4 --engine threads', 'add --engine virtual'],
    ['--over tasks=1 --metric writeHoldNsMax --json', '--metric is for tables'],
    ['--over tasks=1 --engine threads --check-determinism', 'add --engine virtual'],
    ['--over tasks=1 --metric foo', `faultWaitNsMax); there is no metric 'foo' among these`],
    ['--over seed=1 --seeds 6 --rounds 4', '--seeds does not go with --rounds'],
    ['--over tasks=1 --csv --json', '--json does not go with --csv'],
    ['--over tasks=1 --metric faults', `there is no metric 'faults'`],
    ['--over tasks=1 --shard 3/2', '--shard takes I/N'],
    ['--over tasks=1 --save /nonexistent/s.json', `'/nonexistent' does not exist`],
  ])('%s', async (line, expected) => {
    const { exitCode, stderr, stdout, world } = await sweep(line);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+ \(see mmsem-bench sweep --help\)\n$/);
    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
    expect(world.plans).toEqual([]);
    expect(exitCode).toBe(2);
  });
});

it('a grid has at most 20000 points', async () => {
  const values = (count: number): string => Array.from({ length: count }, (_, i) => i).join(',');
  const { exitCode, stderr } = await sweep(
    `--over seed=${values(201)} --over ipiNs=${values(100)}`,
  );
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the grid has 20100 points; at most 20000 are one sweep');
});

describe('what is finished', () => {
  it('is not run again', async () => {
    const line = `--over tasks=1,2 --over seed=1,2 --save ${file}`;
    const first = await sweep(line);
    const text = readFileSync(file, 'utf8');
    const second = await sweep(`${line} --json`);
    expect(second.world.plans).toEqual([]);
    expect(second.stderr).toBe('mmsem-bench: 4 of 4 points are there already\n');
    expect(second.stdout).toBe(text);
    expect((await sweep(`${line} -q`)).stdout).toBe(first.stdout);
    const other = await sweep(`${line} --rounds 8`);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('plan.rounds is 10 in the file and 8 here');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('is kept and printed when a point fails', async () => {
    const breaks: FakeRun = (plan, hooks, world) =>
      plan.tasks === 3 ? Promise.reject(new RunFailed('oops')) : finishes(plan, hooks, world);
    const { exitCode, stdout, stderr } = await sweep(`--over tasks=1,2,3,4 --save ${file}`, breaks);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('mmsem-bench: the run failed: oops\nto run it again: npx mmsem-bench');
    expect(stderr).toContain('--tasks 3');
    expect(stdout).toContain('Partial: 2 of 4 points');
    expect(documentIn(readFileSync(file, 'utf8')).points.map(({ at }) => at['tasks'])).toEqual([
      ...['1', '2'],
    ]);
  });

  it('is kept and printed after a signal, without the point that it cut short', async () => {
    const cut: FakeRun = async (plan, hooks, world) => {
      if (plan.tasks === 2) world.signals.emit('SIGINT', 'SIGINT');
      return { ...(await finishes(plan, hooks, world)), partial: plan.tasks === 2 };
    };
    const { exitCode, stdout } = await sweep(`--over tasks=1,2,3 --json --save ${file}`, cut);
    expect(exitCode).toBe(130);
    expect(documentIn(stdout)).toMatchObject({ partial: true, points: [{ index: 0 }] });
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    const { world } = await sweep(`--over tasks=1,2,3 --save ${file}`);
    expect(world.plans.map(({ tasks }) => tasks)).toEqual([2, 3]);
  });
});

it('--check-determinism simulates every point twice, and says that it did', async () => {
  const asked: (boolean | undefined)[] = [];
  const checks: FakeRun = (plan, hooks, world) => {
    asked.push(hooks.checkDeterminism);
    return finishes(plan, hooks, world);
  };
  const { exitCode, stderr } = await sweep('--over seed=1,2 --check-determinism', checks);
  expect(exitCode).toBe(0);
  expect(asked).toEqual([true, true]);
  expect(stderr).toBe('mmsem-bench: 2 points simulated twice: no difference\n');
});

it('the text of a table keeps to the terminal', async () => {
  const world = new FakeWorld(finishes);
  world.stdout.columns = 80;
  const { stdout } = await sweep('--over tasks=1,2', finishes, world);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe('a job array', () => {
  it('is a shard by itself, and says so', async () => {
    const world = new FakeWorld(finishes);
    world.env = { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' };
    const { stderr } = await sweep('--over seed=1,2,3,4,5', finishes, world);
    expect(world.plans.map(({ seed }) => seed)).toEqual([2, 5]);
    expect(stderr).toBe('mmsem-bench: shard 2 of 3, by CI_NODE_INDEX\n');
  });

  it('may have more shards than there are points', async () => {
    const { exitCode, stdout, world } = await sweep('--over seed=1,2 --shard 3/3 --json');
    expect(exitCode).toBe(0);
    expect(world.plans).toEqual([]);
    expect(documentIn(stdout)).toMatchObject({ partial: false, points: [] });
  });

  it('cannot share one file', async () => {
    await sweep(`--over seed=1,2 --shard 1/2 --save ${file}`);
    const { exitCode, stderr } = await sweep(`--over seed=1,2 --shard 2/2 --save ${file}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('every shard needs a file of its own');
  });
});

describe('merge', () => {
  const merge = async (...argv: string[]) => {
    const world = new FakeWorld(finishes);
    const exitCode = await runCommand(['merge', ...argv], world);
    return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text };
  };

  it.each(['', '--csv', '--json', '--metric writeHoldNsMax'])(
    'prints what the whole sweep prints: %s',
    async (format) => {
      const grid = '--over tasks=1,2 --over seed=1,2,3';
      const whole = await sweep(`${grid} ${format}`);
      const files = [3, 1, 2].map((shard) => path.join(folder, `${shard}.json`));
      for (const [i, shard] of [3, 1, 2].entries()) {
        await sweep(`${grid} --shard ${shard}/3 --save ${files[i]!}`);
      }
      const { exitCode, stdout } = await merge(...files, ...format.split(' ').filter(Boolean));
      expect(exitCode).toBe(0);
      expect(stdout).toBe(whole.stdout);
    },
  );

  it('says of one file given twice that it is', async () => {
    await sweep(`--over seed=1,2 --shard 1/2 --save ${file}`);
    const { exitCode, stderr } = await merge(file, `${folder}/../${path.basename(folder)}/s.json`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`s.json' is given twice; give each file once`);
  });

  it.each([
    ['{"schema": "mmsem-bench/swe', 'it is not JSON, or cut off; give what'],
    ['{"name": "mmsem-bench"}', 'its "schema" is not "mmsem-bench/sweep"; give what'],
  ])('refuses %s with what to do', async (text, expected) => {
    writeFileSync(file, text);
    const { exitCode, stderr } = await merge(file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`'${file}' is no saved sweep: ${expected}`);
    expect(stderr).toMatch(/another --save FILE \(see mmsem-bench merge --help\)\n$/);
  });

  it('wants files, and sweeps', async () => {
    expect(await merge()).toMatchObject({ exitCode: 2, stdout: '' });
    const { exitCode, stderr } = await merge(path.join(folder, 'none'), '--save', file);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^mmsem-bench: cannot read '[^']*none' \(ENOENT\); give [^\n]*\n$/);
    expect(stderr.match(/none/g)).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });
});

it.each(['sweep', 'merge'])('%s --help is at most 100 columns wide', async (name) => {
  const world = new FakeWorld(finishes);
  expect(await runCommand([name, '--help'], world)).toBe(0);
  for (const line of world.stdout.text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});
