/** The fuzz command: its words, its exit codes, and what reaches the shell. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FuzzKernel } from '../engine/fuzz-engine.js';
import type { FuzzDocument } from '../report/fuzz.js';
import type { FuzzFinding, FuzzPlan } from '../samples/fuzz-samples.js';
import { packageFile } from '../util/package-file.js';
import { fuzzCommand } from './fuzz.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runCommand, start } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
formats.default(ajv);
const isValid = ajv.addSchema(schemaOf('result')).compile(schemaOf('fuzz'));

/** The document in a text, which obeys its schema. */
function documentIn(text: string): FuzzDocument {
  const document = JSON.parse(text) as FuzzDocument;
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  return document;
}

const FINDING: FuzzFinding = {
  message: 'task 1 loads 7\n  which is not its own',
  task: 1,
  step: 42,
  isShrunk: false,
  programs: [{ task: 1, calls: ['load 3+1 = 0'] }],
  replay: 'npx mmsem-bench fuzz --seed 1',
  shorter: null,
};

const quiet: FuzzKernel = (plan, kernel) => {
  const { seconds } = plan;
  return Promise.resolve({ kernel, seconds, calls: 10, checks: 1, complete: true, finding: null });
};

const finds: FuzzKernel = async (plan, kernel, hooks) => {
  return { ...(await quiet(plan, kernel, hooks)), complete: false, finding: FINDING };
};

async function runWith(
  argv: readonly string[],
  engine: FuzzKernel = quiet,
): Promise<{ status: number; world: FakeWorld; plans: FuzzPlan[] }> {
  const plans: FuzzPlan[] = [];
  const spy: FuzzKernel = (plan, kernel, hooks) => {
    plans.push(plan);
    return engine(plan, kernel, hooks);
  };
  const world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison')));
  const command = fuzzCommand(() => Promise.resolve(spy));
  const entry = { name: 'fuzz', summary: '', load: () => Promise.resolve(command) };
  const status = await runInProcess(['fuzz', ...argv], world, [entry]);
  return { status, world, plans };
}

describe('options', () => {
  it('have defaults that make a plan', async () => {
    const { status, plans } = await runWith([]);
    expect(status).toBe(0);
    expect(plans[0]).toMatchObject({
      engine: 'threads',
      thresholdBytes: 4096,
      tasks: 8,
      mms: 1,
      seconds: 60,
      stallSeconds: 30,
      seed: 1,
    });
    expect(plans[0]!.kernels).toEqual(expect.arrayContaining(['pristine', 'patched']));
    expect(plans).toHaveLength(plans[0]!.kernels.length);
    expect((await runWith(['--engine', 'explore'])).plans[0]!.tasks).toBe(3);
  });

  it.each([
    [['--tasks', '0'], `--tasks takes a whole number from 1 to 1024`],
    [['--tasks', '2', '--mms', '3'], '--mms 3 is more than the 2 tasks there are'],
    [['--engine', 'explore', '--tasks', '27'], '--tasks 27 is more than the 26 of explore'],
    [['--engine', 'virtual'], `--engine takes threads or explore, not 'virtual'`],
    [['--time', '0'], '--time takes a time from 0.1s to 1w'],
    [['--replay', 'patched/4096'], `cannot be read: it has the form KERNEL/`],
    [
      ['--replay', 'x/4096/6.18/1/1/1/0/0/-'],
      `names a kernel 'x', which does not exist; there are pristine`,
    ],
    [
      ['--replay', 'patched/4096/9/1/1/1/0/0/-'],
      `names a version of Linux '9', which does not exist; there are 6.18`,
    ],
    [['--replay', 'x', '--seed', '2'], '--seed does not go with --replay'],
    [['--replay', 'patched/4096/6.18/1/1/1/0/0/99'], `its CALLS cannot be read at '99'`],
  ])('%j: one line on stderr, exit code 2', async (argv, expected) => {
    const { status, world, plans } = await runWith(argv);
    expect(status).toBe(2);
    expect(world.stderr.text).toMatch(/^mmsem-bench: [^\n]+ \(see mmsem-bench fuzz --help\)\n$/);
    expect(world.stderr.text).toContain(expected);
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
  it('a finding is 1: who, when, which calls, and how to see it again; other kernels wait', async () => {
    const { status, world, plans } = await runWith(['--kernels', 'patched,mainline'], finds);
    expect(status).toBe(1);
    const { text } = world.stdout;
    expect(text).toContain('FINDING on patched, seed 1, step 42, task 1:\n  task 1 loads 7\n');
    expect(text).toContain('    task 1\n      load 3+1 = 0\n');
    expect(text).toContain('  to run it again: npx mmsem-bench fuzz --seed 1\n');
    // The second plan is the search for something shorter.
    expect(plans.map(({ engine }) => engine)).toEqual(['threads', 'explore']);
  });

  it('a finding, and the same in fewer calls, are in the document', async () => {
    const { status, world } = await runWith(['--kernels', 'patched', '--json'], finds);
    expect(status).toBe(1);
    const [found] = documentIn(world.stdout.text).kernels;
    expect(found!.finding).toEqual({ ...FINDING, shorter: FINDING });
  });

  it('a bug in the engine is 5, with the command that shows it again', async () => {
    const { status, world } = await runWith([], () => Promise.reject(new TypeError('oops')));
    expect(status).toBe(5);
    expect(world.stderr.text).toContain('to run it again: npx mmsem-bench fuzz --kernels');
  });
});

describe('from outside', () => {
  beforeAll(() => {
    ensureBuilt();
  }, 120_000);

  it.each(['threads', 'explore'])('a second on %s finds nothing, and counts', async (engine) => {
    const argv = ['fuzz', '--engine', engine, '--time', '1s', '--tasks', '2', '--json'];
    const { status, stdout, stderr } = await runCommand(argv);
    expect(stderr).toBe('');
    const { kernels, partial, schema } = documentIn(stdout);
    expect(kernels.map(({ finding }) => finding)).toEqual(kernels.map(() => null));
    expect(status).toBe(0);
    expect(partial).toBe(false);
    expect(schema).toBe('mmsem-bench/fuzz');
    for (const { calls, checks, seconds, callsPerSecond } of kernels) {
      expect(calls).toBeGreaterThan(0);
      expect(checks).toBeGreaterThan(0);
      expect(callsPerSecond).toBeCloseTo(calls / seconds, 6);
    }
  });

  it('a replay does one case and says what came of it', async () => {
    const argv = ['fuzz', '--replay', 'pristine/4096/6.18/2/1/7/3/5/0-23,0.5-9'];
    const first = await runCommand(argv);
    expect(first.stdout).toContain(
      'fuzz: explore engine, 2 tasks in 1 address space, threshold 4 KiB',
    );
    expect(first.stdout).toMatch(/pristine .* 30 .* nothing found/);
    expect(first.status).toBe(0);
  });

  it('SIGINT prints what was found so far, exit code 130', async () => {
    const { child, outcome } = start(['fuzz', '--time', '60s', '--tasks', '2']);
    await sleep(2500);
    child.kill('SIGINT');
    const { status, stdout } = await outcome;
    expect(status).toBe(130);
    expect(stdout).toContain('calls/sec');
    expect(stdout).toContain('The run was ended early.');
  });
});
