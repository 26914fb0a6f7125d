/** calibrate --noise from outside its process, on the virtual engine, and its words in this one. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NoiseDocument } from '../gate/noise-document.js';
import { measuredTrials } from '../plan/trials.js';
import { syntheticRun } from '../stats/testing/synthetic-run.js';
import { packageFile } from '../util/package-file.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';
import { FakeWorld, type FakeRun } from './testing/fake-world.js';

const NOISE = ['calibrate', '--noise'];
const TINY =
  '--engine virtual --mmap-bytes 64M --tasks 4 --rounds 6 --timeout 0.06s --threshold 4M';
const VIRTUAL = [...NOISE, ...TINY.split(' ')];

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
const isValid = new Ajv2020({ strict: false, validateFormats: false })
  .addSchema(schemaOf('result'))
  .compile(schemaOf('noise'));

let folder: string;
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-noise-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** In this process, on an engine whose windows are all alike until `until` batches are done. */
async function runHere(
  argv: readonly string[],
  run: FakeRun = (plan, hooks) => {
    const trials = measuredTrials(plan);
    for (let batches = 1; hooks.wantsMore?.([], batches) === true; batches++) {
      trials.push(...measuredTrials(plan, batches));
    }
    const shapes = trials.map(({ round, kernelIndex, seconds }) => ({
      ...{ round, kernelIndex, seconds },
      faults: Math.round(2_000_000 * (kernelIndex === 2 ? 0.9 : 1) * (1 + 0.001 * (round % 7))),
    }));
    return Promise.resolve(syntheticRun(shapes));
  },
): Promise<{ status: number; world: FakeWorld }> {
  const world = new FakeWorld(run);
  const status = await runInProcess(argv, world);
  return { status, world };
}

describe('calibrate --noise', () => {
  it('judges simulations exactly, and says that they have no noise', async () => {
    const file = path.join(folder, 'noise.json');
    const { status, stdout, stderr } = await runCommand([
      ...VIRTUAL,
      ...['--gates', '3', '--save', file],
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^pristine#2 +identical +3 +0 +0 /m);
    expect(stdout).toMatch(/^pristine\+8% +8 % slower +0 +0 +3 /m);
    expect(stdout).toContain('These are simulations, which have no noise');
    const document = JSON.parse(readFileSync(file, 'utf8')) as NoiseDocument;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    expect(document).toMatchObject({
      partial: false,
      noise: 'none',
      asked: { gates: 3, maxRegression: 0.05, planted: 0.08 },
      plan: { kernels: ['pristine', 'pristine', 'pristine+8%'], rounds: 6 },
      resolution: null,
    });
    expect(document.gates.map(({ firstRound }) => firstRound)).toEqual([0, 6, 12]);
    // Other seeds, other simulations: but never of the twin.
    for (const { identical } of document.gates) expect(identical.change).toBe(0);
    expect(new Set(document.gates.map(({ planted }) => planted.change)).size).toBeGreaterThan(1);
  });

  it('measures threads, and prints JSON of its schema', async () => {
    const words = '--mmap-bytes 16M --threshold 4M --tasks 2 --rounds 6 --timeout 0.12s --gates 2';
    const { status, stdout } = await runCommand([
      ...NOISE,
      ...words.split(' '),
      ...['--kernels', 'patched', '--planted', '20%', '--max-regression', '10%', '--json'],
    ]);
    const document = JSON.parse(stdout) as NoiseDocument;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    expect(document).toMatchObject({
      noise: 'measured',
      asked: { gates: 2, maxRegression: 0.1, planted: 0.2 },
      plan: { kernels: ['patched', 'patched', 'patched+20%'] },
      identical: { kernel: 'patched#2', regression: { of: 2 } },
    });
    expect(document.gates).toHaveLength(2);
    expect(document.resolution!.detectable).toBeGreaterThan(0);
    expect(status).toBe(document.reasons.length > 0 ? 5 : 0);
  });

  it('judges what it is told to, in one run of the engine', async () => {
    const { status, world } = await runHere([...NOISE, '--gates', '5', '--rounds', '8', '--json']);
    expect(status).toBe(0);
    expect(world.plans).toHaveLength(1);
    const document = JSON.parse(world.stdout.text) as NoiseDocument;
    expect(document.identical).toMatchObject({ pass: 5, regression: { count: 0, of: 5 } });
    expect(document.planted.regression).toMatchObject({ count: 5, of: 5 });
    const lax = await runHere([...NOISE, '--max-regression', '11%', '--planted', '12%', '--json']);
    const { planted } = JSON.parse(lax.world.stdout.text) as NoiseDocument;
    expect(planted.regression.count).toBe(0);
  });

  it('interrupted prints the gates that are there, marked partial', async () => {
    const { status, world } = await runHere([...NOISE, '--rounds', '6'], (plan, _hooks, here) => {
      const trials = [0, 1, 2].flatMap((batch) => measuredTrials(plan, batch)).slice(0, -4);
      here.signals.emit('SIGINT', 'SIGINT');
      return Promise.resolve(syntheticRun(trials, { partial: true }));
    });
    expect(status).toBe(130);
    expect(world.stdout.text).toContain('warning: a signal ended it after 2 of 10 gates');
    expect(world.stdout.text).toMatch(/^pristine#2 +identical +2 /m);
  });

  it('that cannot be trusted is exit code 5, and says why beside JSON, too', async () => {
    const { status, world } = await runHere([...NOISE, '--json'], (plan) => {
      const trials = measuredTrials(plan).map((trial) => ({ ...trial, faults: 0 }));
      return Promise.resolve(syntheticRun(trials));
    });
    expect(status).toBe(5);
    expect(world.stderr.text).toContain('not to be trusted: pristine took no page faults');
  });

  it('that fails says how to run it again', async () => {
    const words = ['--gates', '7', '--planted', '9.5%', '--kernels', 'patched'];
    const { status, world } = await runHere([...NOISE, ...words], () =>
      Promise.reject(new Error('gone')),
    );
    expect(status).toBe(5);
    expect(world.stderr.text).toMatch(
      /run it again: npx mmsem-bench calibrate --noise --gates 7 --max-regression 5% --planted 9\.5% .*--kernels patched /,
    );
  });
});

describe('words that do not fit', () => {
  it.each([
    ['--gates 3', '--gates goes with --noise alone: add --noise, or leave --gates out'],
    ['--rounds 3', '--rounds goes with --noise alone'],
    ['--json', '--json goes with --noise alone'],
    ['--noise --time 3s', '--time does not go with --noise'],
    ['--noise --check', '--check does not go with --noise'],
    ['--noise --gates 0', "--gates takes a whole number from 1 to 1000; '0' is out of range"],
    ['--noise --kernels pristine,patched', '--kernels takes one kernel, to run beside itself'],
    ['--noise --kernels pristine+3%', "there is no kernel 'pristine+3%'"],
    ['--noise --planted 0%', "'0%' cannot be planted"],
    ['--noise --planted 51%', "'51%' is out of range"],
    [
      '--noise --planted 8',
      "--planted takes a percentage above 0% and up to 50% such as 8%, not '8'",
    ],
    [
      '--noise --max-regression 8%',
      '--planted takes more than the 8% that --max-regression allows',
    ],
    ['--noise --seeds 3 --rounds 3 --engine virtual', '--seeds does not go with --rounds'],
    ['--noise --save /nonexistent/n.json', `'/nonexistent' does not exist`],
    ['--noise --trace-hash', "unknown option '--trace-hash'"],
  ])('%s: one line, exit code 2, nothing measured', async (words, expected) => {
    const { status, world } = await runHere(['calibrate', ...words.split(' ')]);
    expect(status).toBe(2);
    expect(world.stderr.text).toMatch(
      /^mmsem-bench: [^\n]+ \(see mmsem-bench calibrate --help\)\n$/,
    );
    expect(world.stderr.text).toContain(expected);
    expect(world.stdout.text).toBe('');
    expect(world.plans).toEqual([]);
    expect(existsSync('results/machines/this-host.json')).toBe(false);
  });
});
