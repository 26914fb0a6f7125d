import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFailed } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import type { ResultDocument } from '../report/result.js';
import type { RunSamples } from '../samples/samples.js';
import { syntheticRounds, syntheticRun } from '../stats/testing/synthetic-run.js';
import { InvariantBroken } from '../util/assert.js';
import { runCommand } from './main.js';
import { FakeWorld, type FakeRun } from './testing/fake-world.js';

const PRISTINE = { faults: 20_000_000, writeHoldNs: 60_000_000, readWaitNs: 60_000_000 };
const PATCHED = { faults: 24_000_000, writeHoldNs: 90_000, readWaitNs: 2_000_000 };
const ESCAPE = '\x1b[';

const samplesOf = (plan: Plan, partial = false): RunSamples =>
  syntheticRun(syntheticRounds([PRISTINE, PATCHED], plan.rounds), { partial });

const finishes: FakeRun = (plan) => Promise.resolve(samplesOf(plan));

async function commandIn(world: FakeWorld, line: string): Promise<number> {
  return runCommand(line.split(' ').filter(Boolean), world);
}

async function run(
  line: string,
  does: FakeRun = finishes,
): Promise<{ exitCode: number; world: FakeWorld; stdout: string; stderr: string }> {
  const world = new FakeWorld(does);
  const exitCode = await commandIn(world, line);
  return { exitCode, world, stdout: world.stdout.text, stderr: world.stderr.text };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-main-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a run', () => {
  it('prints the table on stdout and nothing else anywhere', async () => {
    const { exitCode, stdout, stderr, world } = await run('--mmap-bytes 1G --tasks 4 --seed 7');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout.split('\n')[0]).toContain('4 tasks in 1 address space, 1 GiB');
    expect(stdout).toMatch(/page faults\/sec .*faster/);
    expect(world.plans).toMatchObject([{ tasks: 4, seed: 7, mmapBytes: 2 ** 30 }]);
    expect(world.signals.eventNames()).toEqual([]);
  });

  it('--json prints one document with the plan, the tool and the machine', async () => {
    const { exitCode, stdout, stderr, world } = await run('--json --rounds 8');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout) as ResultDocument;
    expect(document.schema).toBe('mmsem-bench/result');
    expect(document.plan).toEqual(world.plans[0]);
    expect(document.tool.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(document.host.cpus).toBeGreaterThan(0);
    expect(document.comparisons[0]).toMatchObject({ metric: 'faultsPerSecond', verdict: 'faster' });
  });

  it('--save writes the document of --json, besides the table as well', async () => {
    const file = path.join(folder, 'saved.json');
    const { exitCode, stdout } = await run(`--json --save ${file}`);
    expect(exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    const table = await run(`--save ${file}`);
    expect(table.stdout).toContain('page faults/sec');
    expect((JSON.parse(readFileSync(file, 'utf8')) as ResultDocument).partial).toBe(false);
    expect(readdirSync(folder)).toEqual(['saved.json']);
  });

  it('still prints when saving fails in the end', async () => {
    const place = path.join(folder, 'place');
    const vanishes: FakeRun = (plan) => {
      rmSync(place, { recursive: true });
      return Promise.resolve(samplesOf(plan));
    };
    mkdirSync(place);
    const { exitCode, stdout, stderr } = await run(`--save ${place}/x.json`, vanishes);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('page faults/sec');
    expect(stderr).toMatch(/^mmsem-bench: cannot save to .*\n$/);
  });

  it('knows nobody reading from nobody able to read', async () => {
    const world = new FakeWorld(finishes);
    world.stdout.failure = 'EPIPE';
    expect(await commandIn(world, '')).toBe(0);
    expect(world.stderr.text).toBe('');
    world.stdout.failure = 'ENOSPC';
    expect(await commandIn(world, '')).toBe(2);
    expect(world.stderr.text).toBe('mmsem-bench: cannot write to stdout: ENOSPC: write\n');
  });
});

describe('colors', () => {
  it.each([
    ['', {}, true, true],
    ['--no-color', {}, true, false],
    ['--color never', { FORCE_COLOR: '1' }, true, false],
    ['', { NO_COLOR: '1' }, true, false],
    ['', {}, false, false],
    ['', { FORCE_COLOR: '1' }, false, true],
    ['--color always', { NO_COLOR: '1' }, false, true],
    ['--json --color always', {}, true, false],
  ])('%j with %j, terminal: %s', async (line, env, isTTY, expected) => {
    const world = new FakeWorld(finishes);
    Object.assign(world.env, env);
    world.stdout.isTTY = isTTY;
    await commandIn(world, line);
    expect(world.stdout.text.includes(ESCAPE)).toBe(expected);
  });
});

describe('stderr', () => {
  const talks: FakeRun = (plan, hooks) => {
    const at = { trialsDone: 0, trialsTotal: 20, round: 0, rounds: 10, secondsLeft: 9 };
    hooks.onProgress({ ...at, stage: 'measuring', kernel: 'patched', faultsPerSecond: 1e7 });
    hooks.onHungTask('INFO: task 1 blocked for more than 15 seconds.\n  it waits');
    hooks.onProgress({ ...at, stage: 'measuring', kernel: 'patched', faultsPerSecond: 2e7 });
    return Promise.resolve(samplesOf(plan));
  };
  const spoken = 'INFO: task 1 blocked for more than 15 seconds.\n  it waits\n';

  it('gets hung tasks, but no progress when it is no terminal', async () => {
    expect((await run('--json', talks)).stderr).toBe(spoken);
  });

  it('shows progress to a terminal, and takes it away before anything else', async () => {
    const world = new FakeWorld(talks);
    world.stderr.isTTY = true;
    await commandIn(world, '');
    const erase = '\r\x1b[K';
    const line = (rate: string): string =>
      `${erase}round 1/10  patched  ${rate} M faults/s  9 s left`;
    expect(world.stderr.text).toBe(`${line('10.00')}${erase}${spoken}${line('20.00')}${erase}`);
  });

  it('shows no progress with --quiet', async () => {
    const world = new FakeWorld(talks);
    world.stderr.isTTY = true;
    await commandIn(world, '--quiet');
    expect(world.stderr.text).toBe(spoken);
  });
});

describe('signals', () => {
  const interrupted =
    (name: string): FakeRun =>
    (plan, hooks, world) => {
      world.signals.emit(name, name);
      expect(hooks.signal.aborted).toBe(true);
      return Promise.resolve(samplesOf(plan, true));
    };

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s prints what there is and exits with %d', async (name, code) => {
    const table = await run('', interrupted(name));
    expect(table.exitCode).toBe(code);
    expect(table.stdout).toContain('Partial run: ');
    expect(table.world.signals.exits).toEqual([]);
    const json = await run('--json', interrupted(name));
    expect(json.exitCode).toBe(code);
    expect((JSON.parse(json.stdout) as ResultDocument).partial).toBe(true);
  });

  it('prints also when nothing was measured yet', async () => {
    const nothing: FakeRun = (_, __, world) => {
      world.signals.emit('SIGINT', 'SIGINT');
      return Promise.resolve(syntheticRun([], { partial: true }));
    };
    const { exitCode, stdout, stderr } = await run('', nothing);
    expect(exitCode).toBe(130);
    expect(stdout).toContain('n/a');
    expect(stderr).toBe('');
    const json = await run('--json', nothing);
    expect((JSON.parse(json.stdout) as ResultDocument).partial).toBe(true);
  });
});

describe('a run that fails', () => {
  it.each([
    new RunFailed('kernel patched, round 3, seed 1: broken invariants:\n  a frame leaked'),
    new InvariantBroken('a frame leaked'),
  ])('%s: says why and how to run it again, and prints no numbers', async (failure) => {
    const { exitCode, stdout, stderr, world } = await run('--mmap-bytes 1G --tasks 3', () =>
      Promise.reject(failure),
    );
    expect(exitCode).toBe(5);
    expect(stdout).toBe('');
    expect(stderr).toContain(`mmsem-bench: the run failed: ${failure.message}\n`);
    expect(stderr).toContain('to run it again: npx mmsem-bench --mmap-bytes 1G --tasks 3 --mms 1 ');
    expect(stderr).not.toContain('main.test.ts');
    expect(world.signals.eventNames()).toEqual([]);
  });

  it('by a bug shows where', async () => {
    const { exitCode, stderr } = await run('', () => Promise.reject(new TypeError('x is not y')));
    expect(exitCode).toBe(5);
    expect(stderr).toContain('TypeError: x is not y\n    at ');
    expect(stderr).toContain('to run it again: ');
  });
});

describe('wrong usage', () => {
  it.each([
    '--mmap-bytes 12Q',
    '--mmap-bytes -1',
    '--mmap-bytes 0',
    '--tasks x',
    '--kernels nope',
    '--color sometimes',
    '--save -',
    '--save',
    '--frobnicate',
    'word',
    '--save /nonexistent/x.json',
  ])('%s is one line on stderr, before any engine runs', async (line) => {
    const { exitCode, stdout, stderr, world } = await run(line);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+ \(see --help\)\n$/);
    expect(world.plans).toEqual([]);
  });

  it('stays on one line whatever the user puts into it', async () => {
    const world = new FakeWorld(finishes);
    expect(await runCommand(['--tasks', '1\n2\u001b[2J'], world)).toBe(2);
    expect(world.stderr.text).toContain(String.raw`not '1\n2\u001b[2J' (see --help)`);
  });

  it('of a job file names file and line', async () => {
    const world = new FakeWorld(finishes);
    world.workloadFile = path.join(folder, 'broken.job');
    writeFileSync(
      world.workloadFile,
      'fault-munmap 0\nmmap-bytes 12Q # total\nmms 1\nthreshold 1G\n',
    );
    expect(await commandIn(world, '')).toBe(2);
    expect(world.stderr.text).toMatch(
      /^mmsem-bench: .*broken\.job: mmap-bytes takes .*, not '12Q': error in line 2: 'mmap-bytes 12Q # total' \(see --help\)\n$/,
    );
  });
});

describe('--help and --version', () => {
  it('print on stdout and exit with 0, whatever else is there', async () => {
    const help = await run('--tasks x --help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = help.stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(74);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(help.stdout).toContain('4K to 1T [80G]');
    const version = await run('-V');
    expect(version.exitCode).toBe(0);
    expect(version.stdout).toMatch(/^mmsem-bench \d+\.\d+\.\d+\n$/);
  });
});
