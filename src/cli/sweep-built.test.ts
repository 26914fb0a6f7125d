/** The built commands sweep and merge from outside their process, on the virtual engine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepDocument } from '../report/sweep-document.js';
import { packageFile } from '../util/package-file.js';
import { ensureBuilt, plainEnvironment, runCommand, start } from './testing/built-command.js';

const SMALL = ['--mmap-bytes', '16M', '--threshold', '4M', '--seeds', '2', '--timeout', '0.01s'];
const GRID = ['sweep', '--over', 'tasks=1,2', '--over', 'zapPageNs=40,80,240', ...SMALL];

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(packageFile(`results/${name}.schema.json`), 'utf8')) as object;
const isValid = new Ajv2020({ strict: false, validateFormats: false })
  .addSchema(schemaOf('result'))
  .compile(schemaOf('sweep'));

let folder: string;
let whole: string;
const inFolder = (name: string): string => path.join(folder, name);
const pointsIn = (file: string): number =>
  (JSON.parse(readFileSync(file, 'utf8')) as SweepDocument).points.length;

beforeAll(async () => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-sweep-'));
  const { status, stdout, stderr } = await runCommand([...GRID, '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  whole = stdout;
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a sweep', () => {
  it('is a document of its schema, with something in it', () => {
    const document = JSON.parse(whole) as SweepDocument;
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    expect(document.points.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(document.points[4]!.at).toEqual({ tasks: '2', zapPageNs: '80' });
    expect(document.points[4]!.changes).toMatchObject({
      tasks: 2,
      'machine.costs.zapPageNs': 80,
    });
    for (const { kernels } of document.points) {
      expect(kernels.map(({ name }) => name)).toEqual(['pristine', 'patched']);
      for (const { metrics } of kernels) expect(metrics.faultsPerSecond).toBeGreaterThan(0);
    }
  });

  it('gives the numbers of the comparison', async () => {
    const machine = ['--engine', 'virtual', '--tasks', '2', '--set', 'zapPageNs=80'];
    const { stdout } = await runCommand([...machine, ...SMALL, '--json']);
    const { kernels, comparisons } = JSON.parse(stdout) as {
      kernels: { faultsPerSecond: { median: number } }[];
      comparisons: unknown;
    };
    const point = (JSON.parse(whole) as SweepDocument).points[4]!;
    expect(point.kernels.map(({ metrics }) => metrics.faultsPerSecond)).toEqual(
      kernels.map(({ faultsPerSecond }) => faultsPerSecond.median),
    );
    expect(point.comparisons).toEqual(comparisons);
  });

  it('cut in shards and merged is the same bytes', async () => {
    const files = ['1', '2', '3', '4'].map((shard) => inFolder(`${shard}.json`));
    for (const [i, file] of files.entries()) {
      const env = plainEnvironment({
        SLURM_ARRAY_TASK_ID: String(10 + i),
        SLURM_ARRAY_TASK_MIN: '10',
        SLURM_ARRAY_TASK_COUNT: '4',
      });
      const { status, stderr } = await runCommand([...GRID, '--save', file], env);
      expect(stderr).toBe(`mmsem-bench: shard ${i + 1} of 4, by SLURM_ARRAY_TASK_ID\n`);
      expect(status).toBe(0);
    }
    const merged = inFolder('merged.json');
    const { status, stdout } = await runCommand(['merge', '--save', merged, '--json', ...files]);
    expect(status).toBe(0);
    expect(stdout).toBe(whole);
    expect(readFileSync(merged, 'utf8')).toBe(whole);
    const cut = await runCommand(['merge', files[0]!, files[2]!]);
    expect(cut.stderr).toMatch(/^mmsem-bench: not complete: shard 2 of 4, shard 4 of 4 missing/);
    expect(cut.status).toBe(2);
  });
});

describe('interrupted', () => {
  // Enough of them to be caught in the middle, however many cores there are.
  const POINTS = 24;
  const seeds = Array.from({ length: POINTS }, (_, i) => i).join(',');
  const long = (file: string): string[] => [
    ...['sweep', '--over', `seed=${seeds}`, '--tasks', '2', '--save', file, ...SMALL],
  ];

  /** Ends a sweep by a signal once it has kept something. */
  async function cutShort(file: string, signal: NodeJS.Signals, atLeast: number) {
    const { child, outcome } = start(long(file));
    for (;;) {
      await sleep(20);
      try {
        if (pointsIn(file) >= atLeast) break;
      } catch {
        // Not there yet.
      }
    }
    child.kill(signal);
    return outcome;
  }

  it('by SIGKILL and SIGINT, then resumed: the bytes of an uninterrupted one', async () => {
    const [uncut, cut] = [inFolder('uncut.json'), inFolder('cut.json')];
    expect((await runCommand(long(uncut))).status).toBe(0);
    expect((await cutShort(cut, 'SIGKILL', 1)).status).toBe('SIGKILL');
    const afterKill = pointsIn(cut);
    expect(afterKill).toBeGreaterThanOrEqual(1);
    expect(afterKill).toBeLessThan(POINTS);
    const { status, stdout } = await cutShort(cut, 'SIGINT', afterKill + 1);
    expect(status).toBe(130);
    const afterSignal = pointsIn(cut);
    expect(afterSignal).toBeLessThan(POINTS);
    expect(stdout).toContain(`Partial: ${afterSignal} of ${POINTS} points`);
    const { status: last, stderr } = await runCommand(long(cut));
    expect(last).toBe(0);
    expect(stderr).toBe(`mmsem-bench: ${afterSignal} of ${POINTS} points are there already\n`);
    expect(readFileSync(cut, 'utf8')).toBe(readFileSync(uncut, 'utf8'));
  });

  it('a file of another sweep is refused and stays as it is', async () => {
    const file = inFolder('other.json');
    writeFileSync(file, whole);
    const { status, stdout, stderr } = await runCommand([...GRID, '--seed', '2', '--save', file]);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]*plan\.seed is 1 in the file and 2 here[^\n]*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });
});
