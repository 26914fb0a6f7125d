/** The calibrate command: its words, its exit codes, and the profile that it leaves on the disk. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CalibrationRequest, RunCalibration } from '../engine/calibrate/calibrate.js';
import { COST_NAMES, parseProfile } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import { measuredTrials } from '../plan/trials.js';
import { formatProfile } from '../report/profile.js';
import type { ResultDocument } from '../report/result.js';
import type { CalibrationSamples } from '../samples/calibration.js';
import type { RunSamples } from '../samples/samples.js';
import { calibratedProfile } from '../stats/calibrated-profile.js';
import { syntheticRun } from '../stats/testing/synthetic-run.js';
import { LONE, syntheticCalibration } from '../stats/testing/synthetic-calibration.js';
import { calibrateCommand } from './calibrate.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runShell } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';

let folder: string;
let file: string;
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-calibrate-'));
  file = path.join(folder, 'profile.json');
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Run {
  readonly status: number;
  readonly world: FakeWorld;
  readonly requests: readonly CalibrationRequest[];
}

/** Faults per second of a task in every simulation. */
const RATE = 10_000_000;

function simulated(plan: Plan): RunSamples {
  const shapes = measuredTrials(plan).map(({ round, kernelIndex, seconds }) => {
    return { round, kernelIndex, seconds, faults: RATE * plan.tasks * seconds };
  });
  return syntheticRun(shapes);
}

/** The command in this process, with something else that measures, and that simulates. */
async function runWith(
  argv: readonly string[],
  measure: (request: CalibrationRequest, world: FakeWorld) => CalibrationSamples = () =>
    syntheticCalibration(),
  world = new FakeWorld((plan) => Promise.resolve(simulated(plan))),
): Promise<Run> {
  world.stdout.columns = 80;
  const requests: CalibrationRequest[] = [];
  const run: RunCalibration = (request) => {
    requests.push(request);
    return Promise.resolve(measure(request, world));
  };
  const command = calibrateCommand(() => Promise.resolve(run));
  const entry = { name: 'calibrate', summary: '', load: () => Promise.resolve(command) };
  const status = await runInProcess(['calibrate', ...argv], world, [entry]);
  return { status, world, requests };
}

describe('options', () => {
  it('say how long to measure, and whether to check', async () => {
    const plain = await runWith(['--save', file]);
    expect(plain.requests).toMatchObject([{ seconds: 12, check: false }]);
    const other = await runWith(['--save', file, '--time', '2s', '--check']);
    expect(other.requests).toMatchObject([{ seconds: 2, check: true }]);
  });

  it.each([
    [['--time', '0.5s'], `--time takes a time from 1s to 10m such as 20s`],
    [['--time', 'long'], `not 'long'`],
    [['--save', '-'], `--save takes a file name, not '-'`],
    [['--save', '/nonexistent/p.json'], `'/nonexistent' does not exist`],
    [['--nosie'], `unknown option '--nosie' (did you mean '--noise'?)`],
    [['now'], `unexpected argument 'now'`],
  ])('%j: one line on stderr, exit code 2, nothing measured', async (argv, expected) => {
    const { status, world, requests } = await runWith(argv);
    expect(status).toBe(2);
    expect(world.stderr.text).toMatch(
      /^mmsem-bench: [^\n]+ \(see mmsem-bench calibrate --help\)\n$/,
    );
    expect(world.stderr.text).toContain(expected);
    expect(world.stdout.text).toBe('');
    expect(requests).toEqual([]);
  });

  it('--help fits a screen', async () => {
    const { world } = await runWith(['--help']);
    for (const line of world.stdout.text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('a calibration', () => {
  it('leaves a profile, and prints every cost of it', async () => {
    const { status, world } = await runWith(['--save', file]);
    expect(status).toBe(0);
    const { costs } = parseProfile(readFileSync(file, 'utf8'));
    for (const name of COST_NAMES) {
      const { value, low, high, sure } = costs[name];
      const line = new RegExp(`^${name} +${value} +${low} +${high} +${sure}$`, 'm');
      expect(world.stdout.text).toMatch(line);
    }
    expect(world.stdout.text).toContain(`written to ${file}`);
    expect(world.stderr.text).toBe('');
  });

  it('in which two tasks never met says so', async () => {
    const { status, world } = await runWith(['--save', file], () =>
      syntheticCalibration({ pairs: [] }),
    );
    expect(status).toBe(0);
    expect(world.stderr.text).toMatch(
      /^warning: two tasks were hardly ever seen running [^\n]+\n$/,
    );
  });

  it('that a signal ends writes nothing', async () => {
    rmSync(file, { force: true });
    const { status, world } = await runWith(['--save', file], (request, { signals }) => {
      signals.emit('SIGINT', 'SIGINT');
      expect(request.signal.aborted).toBe(true);
      return syntheticCalibration({ partial: true });
    });
    expect(status).toBe(130);
    expect(existsSync(file)).toBe(false);
    expect(world.stdout.text).toBe('');
    expect(world.stderr.text).toBe(
      'mmsem-bench: SIGINT ended the measurements: nothing is written\n',
    );
  });

  it('that fails is 5, with the way to run it again', async () => {
    const { status, world } = await runWith(['--save', file, '--check'], () => {
      throw new TypeError('oops');
    });
    expect(status).toBe(5);
    expect(world.stderr.text).toContain(
      'to run it again: npx mmsem-bench calibrate --time 12s --check',
    );
  });
});

describe('a check', () => {
  /** Windows in which so much of what is predicted was measured, on a machine with 2 CPUs. */
  function checked(factor: number, disturbance = 0): Promise<Run> {
    const host = { cpus: 2, threadsPerCore: 1, cpuModel: 'Model 5', memoryBytes: 2 ** 34 };
    const windows = [1, 2].flatMap((tasks) =>
      ['pristine', 'patched'].map((kernel) => {
        return { tasks, kernel, faultsPerSecond: RATE * tasks * factor, disturbance };
      }),
    );
    return runWith(['--save', file, '--check'], () => syntheticCalibration({ host, windows }));
  }

  it('simulates the machine that was just measured', async () => {
    const { world } = await checked(1);
    expect(world.plans.map(({ tasks, engine }) => [tasks, engine])).toEqual([
      [1, 'virtual'],
      [2, 'virtual'],
    ]);
    expect(world.plans[0]!.machine).toMatchObject({ name: 'this-host', cpus: 2 });
  });

  it.each([0.9, 1, 1.1])('is 0 when %d of what was predicted was measured', async (factor) => {
    const { status, world } = await checked(factor);
    expect(world.stdout.text).toContain('All predictions are within 15 % of what was measured.');
    expect(status).toBe(0);
  });

  it.each([0.8, 1.3])('is 5 at %d, says what is off, and leaves the profile', async (factor) => {
    rmSync(file, { force: true });
    const { status, world } = await checked(factor);
    expect(status).toBe(5);
    const off = factor < 1 ? '25.0' : '23.1';
    expect(world.stdout.text).toContain(`pristine with 1 task (off by ${off} %)`);
    expect(world.stdout.text).toContain('OUTSIDE');
    expect(parseProfile(readFileSync(file, 'utf8')).name).toBe('this-host');
  });

  it('that a signal ends is no failed check, and says that the profile is there', async () => {
    rmSync(file, { force: true });
    const world = new FakeWorld((plan) => {
      world.signals.emit('SIGINT', 'SIGINT');
      return Promise.resolve({ ...simulated(plan), trials: [], partial: true });
    });
    const { status } = await runWith(['--save', file, '--check'], undefined, world);
    expect(status).toBe(130);
    expect(world.plans).toHaveLength(1);
    expect(world.stderr.text).toBe(
      `mmsem-bench: SIGINT ended the check: nothing is predicted; the profile is written to ${file}\n`,
    );
    expect(world.stdout.text).not.toContain('predicted');
    expect(parseProfile(readFileSync(file, 'utf8')).name).toBe('this-host');
  });

  it('keeps to 80 columns, without blanks at the ends of lines', async () => {
    const { world } = await checked(0.8);
    for (const line of world.stdout.text.replaceAll(file, 'FILE').split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('says when the machine had other things to do', async () => {
    const { world } = await checked(1, 0.3);
    expect(world.stderr.text).toMatch(/^warning: other programs had the CPUs [^\n]+\n$/);
  });
});

describe('from outside', () => {
  const VIRTUAL = '--engine virtual --machine this-host --mmap-bytes 64M --seeds 2 --timeout 0.02s';

  it('--machine this-host asks for a calibration where there is none', async () => {
    const { status, stdout, stderr } = await runShell(`cd '${folder}' && mmsem-bench ${VIRTUAL}`);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^mmsem-bench: [^\n]+ run mmsem-bench calibrate first \(see --help\)\n$/,
    );
    expect(existsSync(path.join(folder, 'results'))).toBe(false);
  });

  it('a calibration makes its directory, leaves one file in it, and that is a machine', async () => {
    const here = path.join(folder, 'here');
    mkdirSync(here);
    const measured = await runShell(`cd '${here}' && mmsem-bench calibrate --time 1s`);
    expect(measured.stderr.replace(/^warning: two tasks were hardly [^\n]+\n/, '')).toBe('');
    expect(measured.status).toBe(0);
    expect(readdirSync(path.join(here, 'results/machines'))).toEqual(['this-host.json']);
    const profile = parseProfile(
      readFileSync(path.join(here, 'results/machines/this-host.json'), 'utf8'),
    );
    // What a fault and an unmapped page take is never nothing, on any machine.
    const { faultEntryNs, zeroPageNs, pteWorkNs, zapPageNs, freePageNs, atomicNs } = profile.costs;
    expect(faultEntryNs.value + zeroPageNs.value + pteWorkNs.value).toBeGreaterThan(5);
    expect(zapPageNs.value + freePageNs.value).toBeGreaterThan(1);
    expect(atomicNs).toMatchObject({ sure: 'measured' });
    const simulated = await runShell(`cd '${here}' && mmsem-bench ${VIRTUAL} --json`);
    expect(simulated.status).toBe(0);
    expect(JSON.parse(simulated.stdout)).toMatchObject({ schema: 'mmsem-bench/result' });
  }, 60_000);

  it('what one task was measured to do is what is simulated for one task', async () => {
    const lone = [{ ...LONE, fault: [61.8], unmapPage: [14.6] }];
    const text = formatProfile(calibratedProfile(syntheticCalibration({ lone })));
    const machine = path.join(folder, 'machine.json');
    writeFileSync(machine, text);
    const plan = '--mmap-bytes 256M --tasks 1 --seeds 2 --timeout 0.2s --kernels pristine';
    const { stdout, status } = await runShell(
      `mmsem-bench --engine virtual --machine '${machine}' ${plan} --json`,
    );
    expect(status).toBe(0);
    const { kernels } = JSON.parse(stdout) as ResultDocument;
    // A cycle of a page is a fault and its share of a munmap.
    const expected = 1e9 / (61.8 + 14.6);
    expect(kernels[0]!.faultsPerSecond.median! / expected).toBeGreaterThan(0.98);
    expect(kernels[0]!.faultsPerSecond.median! / expected).toBeLessThan(1.02);
  }, 60_000);
});
