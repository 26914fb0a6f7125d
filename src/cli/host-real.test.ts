/**
 * The real stress-ng beside the simulated one, a short form: `mmsem-bench host --runs N` with larger N
 * says more. Real runs are of real time: what each takes is kept to some seconds.
 */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGREEMENT, type HostDocument } from '../report/host-document.js';
import { compatOf } from './host/alike.js';
import { collect } from './host/collect.js';
import { measuring, runStressNg, type RealRun } from './host/real-run.js';
import { ensureBuilt, runShell } from './testing/built-command.js';
import { realStressNg } from './testing/real-stress-ng.js';

const TMPFS = 0x0102_1994;
const TIMEOUT_MS = 240_000;

let folder: string;
beforeAll(() => {
  ensureBuilt();
  // Files in memory fault by other rules than those on a disk.
  const places = [tmpdir(), process.cwd()].filter((place) => statfsSync(place).type !== TMPFS);
  folder = mkdtempSync(path.join(places[0] ?? tmpdir(), 'mmsem-bench-stress-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Setting {
  readonly options: string;
  /** Files are small: every page is written to the disk in every operation. */
  readonly bytes: string;
  readonly ops: number;
  readonly runs: number;
  /** Standard deviation of a run's faults per bogo-op by the rules, as a fraction of the mean. */
  readonly deviation: number;
}

/** Of both sides, and long enough for stress-ng to draw from all of its numbers: no run is left to chance. */
const SEED = 2 ** 33 + 2;

/**
 * Anonymous memory takes no fault as long as MAP_POPULATE is on, which it is for ten operations on
 * average, give or take nine: hence many operations. On files it makes no difference.
 */
const SETTINGS: readonly Setting[] = [
  { options: '', bytes: '4M', ops: 400, runs: 1, deviation: 0.027 },
  { options: '--no-madvise', bytes: '4M', ops: 400, runs: 1, deviation: 0.027 },
  { options: '--mmap-mprotect', bytes: '4M', ops: 400, runs: 1, deviation: 0.027 },
  { options: '--mmap-async', bytes: '4M', ops: 400, runs: 1, deviation: 0.027 },
  { options: '--mmap-file', bytes: '1M', ops: 8, runs: 2, deviation: 0.03 },
  { options: '--mmap-osync', bytes: '1M', ops: 6, runs: 2, deviation: 0.027 },
];

/** As with `MAP_POPULATE` alone nothing is written, the stressor of today has to be asked to. */
function alsoFor(version: string): string {
  return compatOf(version) === 'head' ? '--mmap-write-check' : '';
}

describe('the real stress-ng', () => {
  it(
    'writes YAML of which faults per page are what the rules say: three, on a file, and by getrusage more',
    async (context) => {
      const { program, version } = await realStressNg(context);
      const words = `--mmap 1 --mmap-ops 4 --mmap-bytes 1M --mmap-file --temp-path ${folder} ${alsoFor(version)}`;
      const args = measuring(words.trim().split(' '));
      const { signal } = new AbortController();
      const real = await runStressNg(program, args, signal);
      const start = await runStressNg(program, [...args, '--dry-run'], signal);
      const told = async (run: RealRun) => {
        const { samples } = await collect('0.0', [run], [], () => Promise.resolve([start]));
        const [one, ...others] = samples.columns[0].runs[0]!;
        expect([one!.stressor, one!.bogoOps, others]).toEqual(['mmap', 4, []]);
        return { by: samples.faultsBy, perPage: one!.faults!.total / one!.bogoOps / 256 };
      };
      // With those that the kernel takes for itself, one at least for each page that it populates.
      const withoutPerf = real.yaml!.replace(/^ +page_faults_.*\n/gm, '');
      const all = await told({ ...real, yaml: withoutPerf });
      expect(all.by).toBe('getrusage');
      expect(all.perPage).toBeGreaterThan(3);
      expect(all.perPage).toBeLessThan(6);
      const counted = await told(real);
      // Where perf may not be used there is nothing more to be known.
      if (counted.by === 'getrusage') return;
      expect(counted.perPage).toBeGreaterThan(2.5);
      expect(counted.perPage).toBeLessThan(3.4);
      expect(all.perPage).toBeGreaterThan(counted.perPage);
    },
    TIMEOUT_MS,
  );

  it('has a job file of its own that runs here unchanged, as far as there are such stressors', async (context) => {
    const { program } = await realStressNg(context);
    const files = path.join(path.dirname(program), '../share/stress-ng/example-jobs');
    const { status, stdout, stderr } = await runShell(
      `mmsem-bench --dry-run --job '${path.join(files, 'vm.job')}'`,
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(/^mmsem-bench: warn: .* skipped, .* no such stressors: .*bigheap.*\n$/);
    for (const stressor of ['madvise', 'mmap', 'mmapfork', 'mmapmany', 'mremap', 'vm']) {
      expect(stdout).toMatch(new RegExp(`^  ${stressor}: \\d+ instances?`, 'm'));
    }
  });

  it.for(SETTINGS)(
    'faults as often per bogo-op as the simulated one: --mmap 1 $options',
    { timeout: TIMEOUT_MS },
    async ({ options, bytes, ops, runs, deviation }, context) => {
      const { version } = await realStressNg(context);
      const line = `--mmap 1 --mmap-ops ${ops} --mmap-bytes ${bytes} --seed ${SEED} ${options} ${alsoFor(version)}`;
      const { status, stdout, stderr } = await runShell(
        `cd '${folder}' && mmsem-bench host --json --runs ${runs} ${line} --kernels pristine`,
      );
      expect([status, stderr]).toEqual([0, '']);
      const { stressors } = JSON.parse(stdout) as HostDocument;
      const [real, simulated] = stressors[0]!.kernels;
      console.log(
        `${line}: ${real!.faultsPerBogoOp!.mean.toFixed(1)} real, ` +
          `${simulated!.faultsPerBogoOp!.mean.toFixed(1)} simulated faults per bogo-op`,
      );
      // Both sides draw, each in its own way; further off than this is one seed in a hundred.
      const allowed = AGREEMENT + 2.6 * deviation * Math.sqrt(2 / runs);
      expect(Math.abs(simulated!.off!.change!)).toBeLessThan(allowed);
    },
  );
});
