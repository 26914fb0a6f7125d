/** What memory is, from outside the process: --backing, --mmap-file, --thp, --linux. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultDocument } from '../report/result.js';
import { packageFile } from '../util/package-file.js';
import { ensureBuilt, runCommand } from './testing/built-command.js';

const SMALL = ['--mmap-bytes', '8M', '--tasks', '2', '--threshold', '1M'];
const THREADS = [...SMALL, '--rounds', '2', '--timeout', '0.4s'];
const VIRTUAL = [...SMALL, '--engine', 'virtual', '--seeds', '2', '--timeout', '0.01s'];
/** Tables of a share of 4 MiB, at least, each of which a munmap of dirty pages flushes for. */
const TABLES = 2;
/** Page faults per task that may be open when a window's counters are read on threads. */
const OPEN_WHILE_READ_MAX = 20;

const schema = JSON.parse(
  readFileSync(packageFile('results/result.schema.json'), 'utf8'),
) as object;
const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

async function documentOf(argv: readonly string[]): Promise<ResultDocument> {
  const { status, stdout, stderr } = await runCommand([...argv, '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const document: unknown = JSON.parse(stdout);
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  return document as ResultDocument;
}

let folder: string;
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-memory-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('shares that are files', () => {
  it.each([
    ['threads', THREADS, ['--mmap-file'], 'disk'],
    ['threads', THREADS, ['--backing', 'tmpfs'], 'tmpfs'],
    ['in virtual time', VIRTUAL, ['--mmap-file'], 'disk'],
    ['in virtual time', VIRTUAL, ['--backing', 'tmpfs'], 'tmpfs'],
  ] as const)('%s: %s %s run with both kernels, dirty flushes counted', async (...row) => {
    const [, argv, options, backing] = row;
    // Threads take some more while their counters are read.
    const openMax = argv === THREADS ? OPEN_WHILE_READ_MAX : 1;
    const { plan, kernels } = await documentOf([...argv, ...options]);
    expect(plan.backing).toBe(backing);
    expect(kernels.map(({ name }) => name)).toEqual(['pristine', 'patched']);
    for (const { rounds, perf, failedCalls } of kernels) {
      expect(failedCalls).toBe(0);
      // Faults under way when the window closes have begun and not ended.
      const open = perf.pageFaultsTotal - perf.pageFaultsMinor - perf.pageFaultsMajor;
      expect(open).toBeGreaterThanOrEqual(0);
      expect(open).toBeLessThanOrEqual(openMax * plan.tasks * rounds.length);
      expect(perf.pageFaultsMajor > 0).toBe(backing === 'disk');
      for (const { counters } of rounds) {
        expect(counters.munmapCalls).toBeGreaterThan(2);
        // The window's first munmap of a task may have begun before it, its last end behind it.
        const whole = (counters.munmapCalls - plan.tasks) * TABLES;
        expect(counters.dirtyFlushes).toBeGreaterThanOrEqual(whole);
      }
    }
  });

  it('are named in the table, with a count of what they cost', async () => {
    const { stdout, status } = await runCommand([...VIRTUAL, '--mmap-file']);
    expect(status).toBe(0);
    expect(stdout.split('\n')[0]).toContain('8 MiB (4 MiB per task) of files on disk, ');
    expect(stdout).toMatch(/^dirty TLB flushes +[1-9]\S* K? +[1-9]/m);
    const other = await runCommand(VIRTUAL);
    expect(other.stdout).not.toContain('dirty TLB flushes');
    expect(other.stdout).not.toContain('file');
  });

  it('come out the same twice', async () => {
    const argv = [...VIRTUAL, '--mmap-file', '--check-determinism'];
    const { status, stderr } = await runCommand([...argv, '--json']);
    expect([status, stderr]).toEqual([0, '4 simulations, each run twice: no difference\n']);
  });

  it("are the baseline's in a gate, and another configuration than anonymous memory", async () => {
    const file = path.join(folder, 'files.json');
    const saved = await runCommand([
      ...['gate', '--save-baseline', file],
      ...VIRTUAL,
      '--mmap-file',
    ]);
    expect(saved.status).toBe(0);
    expect((await runCommand(['gate', '--baseline', file])).status).toBe(0);
    const other = await runCommand(['gate', '--baseline', file, '--backing', 'anonymous']);
    expect(other.status).toBe(4);
    expect(other.stdout + other.stderr).toContain('backing anonymous instead of disk');
  });

  it('can be swept beside anonymous memory, and not given beside their own axis', async () => {
    const argv = ['sweep', '--over', 'backing=anonymous,disk', ...VIRTUAL];
    const { status, stdout } = await runCommand([...argv, '--json']);
    expect(status).toBe(0);
    const { points } = JSON.parse(stdout) as { points: { changes: object }[] };
    expect(points.map(({ changes }) => changes)).toEqual([{}, { backing: 'disk' }]);
    const both = await runCommand([...argv, '--mmap-file']);
    expect(both.status).toBe(2);
    expect(both.stderr).toContain('--backing does not go with --over backing=...');
  });
});

it('--thp and --linux are in the plan and in the headline, and runs without them know nothing', async () => {
  const options = ['--thp', 'never', '--linux', '4.17'];
  for (const argv of [THREADS, VIRTUAL]) {
    const { plan, kernels } = await documentOf([...argv, ...options]);
    expect(plan).toMatchObject({ thp: 'never', linux: '4.17' });
    for (const { faultsPerSecond } of kernels) expect(faultsPerSecond.median).toBeGreaterThan(0);
  }
  const { stdout } = await runCommand([...VIRTUAL, ...options]);
  expect(stdout.split('\n')[0]).toContain(', huge pages never, memory as in Linux 4.17, ');
  const defaults = ['--thp', 'madvise', '--linux', '6.18', '--backing', 'anonymous'];
  const plain = await documentOf(VIRTUAL);
  expect({ ...(await documentOf([...VIRTUAL, ...defaults])), host: 0 }).toEqual({
    ...plain,
    host: 0,
  });
  expect(Object.keys(plain.plan)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/backing|thp|linux/)]),
  );
  expect(JSON.stringify(plain)).not.toContain('dirtyFlushes');
});

it.each([
  ['--backing swap', "there is no backing 'swap' among these"],
  ['--thp sometimes', "there is no mode of transparent huge pages 'sometimes' among these"],
  ['--linux 2.6', "there is no version '2.6' among these"],
  ['--mmap-file=x', '--mmap-file takes no value'],
])('%s is wrong usage', async (argv, message) => {
  const { status, stdout, stderr } = await runCommand(argv.split(' '));
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(stderr.split('\n')).toHaveLength(2);
});
