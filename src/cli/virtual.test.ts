/** `--engine virtual` from outside its process, and what it says when a simulation fails. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineOn } from '../engine/virtual/engine.js';
import { CPU_CATEGORIES } from '../report/cpu-time.js';
import type { ResultDocument } from '../report/result.js';
import { packageFile } from '../util/package-file.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';

const SMALL = ['--engine', 'virtual', '--mmap-bytes', '8M', '--timeout', '0.01s'];

const schema = JSON.parse(
  readFileSync(packageFile('results/result.schema.json'), 'utf8'),
) as object;
const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

function documentIn(text: string): ResultDocument {
  const document: unknown = JSON.parse(text);
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  return document as ResultDocument;
}

beforeAll(() => {
  ensureBuilt();
}, 120_000);

describe('a simulation', () => {
  it('is the same every time: its document but for the host, and its hashes', async () => {
    const argv = [...SMALL, '--seeds', '2', '--tasks', '4', '--json', '--trace-hash'];
    const [one, other] = await Promise.all([runCommand(argv), runCommand(argv)]);
    expect(one.status).toBe(0);
    const document = documentIn(one.stdout);
    const withoutHost = (text: string): string => text.replace(/"host": \{[^}]*\}/, '');
    expect(withoutHost(one.stdout)).not.toContain('startedAt');
    expect(withoutHost(other.stdout)).toBe(withoutHost(one.stdout));
    expect(one.stderr).toMatch(/^trace [0-9a-f]{16}\nresult sha256 [0-9a-f]{64}\n$/);
    expect(other.stderr).toBe(one.stderr);

    expect(document.plan).toMatchObject({ engine: 'virtual', rounds: 2, tasks: 4 });
    expect(document.plan.machine).toMatchObject({ name: 'e5-2680-32', cpus: 32 });
    for (const { cpuNs, rounds, faultsPerSecond } of document.kernels) {
      expect(faultsPerSecond.median).toBeGreaterThan(0);
      // What this workload has none of is left out.
      const absent = CPU_CATEGORIES.filter((category) => !(category in cpuNs!));
      expect(absent.sort()).toEqual(['copyPage', 'filePage', 'userPage']);
      expect(CPU_CATEGORIES).toEqual(expect.arrayContaining(Object.keys(cpuNs!)));
      expect(rounds.map(({ simulated }) => simulated?.traceHash)).toHaveLength(2);
    }
  });

  it('of another seed has other hashes', async () => {
    const argv = [...SMALL, '--seeds', '1', '--tasks', '4', '--trace-hash'];
    const runs = ['1', '2'].map((seed) => runCommand([...argv, '--seed', seed]));
    const [one, other] = (await Promise.all(runs)).map(({ stdout }) =>
      stdout.split('\n').slice(-3),
    );
    expect(one![0]).toMatch(/^trace /);
    expect(other![0]).not.toBe(one![0]);
    expect(other![1]).not.toBe(one![1]);
  });

  it('twice by --check-determinism; --cpus and --set change the machine', async () => {
    const machine = ['--machine', 'skylake-2s-80', '--cpus', '2', '--set', 'zapPageNs=214'];
    const argv = [...SMALL, ...machine, '--tasks', '5', '--seeds', '1', '--check-determinism'];
    const { status, stdout, stderr } = await runCommand(argv);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^virtual engine, skylake-2s-80 with 2 CPUs and zapPageNs=214, 5 tasks/);
    expect(stdout).toContain('5 tasks share the 2 CPUs of skylake-2s-80');
    expect(stdout).toMatch(/\n2 simulations, each run twice: no difference\n$/);
  });

  it('has room for 1,024 tasks on 1,024 CPUs', async () => {
    const size = ['--tasks', '1024', '--cpus', '1024', '--kernels', 'patched'];
    const { status, stdout } = await runCommand([...SMALL, ...size, '--seeds', '1', '--json']);
    expect(status).toBe(0);
    const [kernel] = documentIn(stdout).kernels;
    expect(kernel!.faultsPerSecond.median).toBeGreaterThan(0);
  });
});

describe('wrong usage', () => {
  it.each([
    ['--machine', 'e5-2680-32'],
    ['--set', 'zapPageNs=214'],
    ['--cpus', '4'],
    ['--seeds', '3'],
    ['--trace-hash'],
    ['--check-determinism'],
  ])('%s %s is for simulated machines alone', async (option, ...value) => {
    const world = new FakeWorld(() => Promise.reject(new Error('nothing is to run')));
    const status = await runInProcess([option, ...value], world);
    expect(world.stderr.text).toBe(
      `mmsem-bench: ${option} is for simulated machines: add --engine virtual (see --help)\n`,
    );
    expect(status).toBe(2);
  });
});

describe('a simulation that gets stuck', () => {
  it('says who waits for what and how to see it again, without a stack; exit code 5', async () => {
    const waits = 'kernel pristine, round 0, seed 1: nobody can get any further\n  task 3 waits';
    const stuck = engineOn(() => ({
      run: () => Promise.resolve({ failed: waits }),
      destroy: () => Promise.resolve(),
    }));
    const world = new FakeWorld((plan, hooks) => stuck.run(plan, hooks));
    const status = await runInProcess([...SMALL, '--seeds', '1', '--tasks', '4'], world);
    expect(status).toBe(5);
    expect(world.stdout.text).toBe('');
    const [before, replay] = world.stderr.text.split('\nto run it again: ');
    expect(before).toBe(`mmsem-bench: the run failed: ${waits}`);
    expect(replay).toMatch(
      /^npx mmsem-bench --engine virtual --machine e5-2680-32 --cpus 32 --set /,
    );
    expect(replay).toMatch(/ --tasks 4 .* --seed 1\n$/);
  });
});
