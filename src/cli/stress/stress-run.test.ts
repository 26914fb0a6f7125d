/** Lines in stress-ng's manner, run to their ends from outside the process. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePrinted } from '../../report/readers/stress-ng-print.js';
import { readStressNgRuns } from '../../report/readers/stress-ng-reader.js';
import type { ResultDocument } from '../../report/result.js';
import { ensureBuilt, runCommand, start, type Outcome } from '../testing/built-command.js';

const SMALL = ['--mmap', '2', '--mmap-bytes', '1M', '--mmap-file', '--mmap-ops', '6'];
const VIRTUAL = ['--engine', 'virtual', '--timeout', '5s'];
const BLOCKS = ['--metrics', '--perf', '--times'];
/** After its first word, until a line has measured for more than the second that a cut round needs. */
const ROUND_BEGUN_MS = 5000;
/** Faults of an operation of HEAD's form per page of a file on a disk, but for one page. */
const FAULTS_PER_PAGE = 3;

let folder: string;
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-stress-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function stress(...words: readonly string[]): Promise<Outcome> {
  return runCommand(words);
}

describe.each([
  ['virtual', VIRTUAL],
  ['threads', ['--timeout', '20s']],
] as const)('a line with operations on the %s engine', (_, engine) => {
  it('prints the blocks of every kernel, which a reader of real ones reads, and the comparison', async () => {
    const { status, stdout } = await stress(...SMALL, ...BLOCKS, ...engine);
    expect(status).toBe(0);
    const runs = parsePrinted(stdout);
    expect(runs).toHaveLength(2);
    for (const { entries } of runs) {
      const [mmap] = entries;
      expect(mmap!.stressor).toBe('mmap');
      expect(mmap!.metrics['bogo-ops']).toBe(6);
      const faults = mmap!.perf['page_faults_total_total']!;
      expect(faults).toBeGreaterThan(6 * 128 * FAULTS_PER_PAGE * 0.95);
      expect(faults).toBeLessThan(6 * 128 * FAULTS_PER_PAGE * 1.05);
    }
    // Both tell the same rate: over the instances' own time, not the run's.
    const [, rate] = /^bogo ops\/sec +(\S+ K?)/m.exec(stdout)!;
    const told = runs[0]!.entries[0]!.metrics['bogo-ops-per-second-real-time']!;
    const [value, scale] = rate!.split(' ');
    expect(Number(value) * (scale === 'K' ? 1000 : 1)).toBeCloseTo(
      told,
      -1 + Math.floor(3 - Math.log10(told)),
    );
  });
});

describe('the exit code', () => {
  // Of one mapping that an address space may have, nothing can be cut off.
  const FAILING = '--mremap 1 --mremap-bytes 1M';
  // Two files cannot both be mapped: whoever comes second gives up in the end.
  const SHORT = '--mmap 2 --mmap-bytes 8K --mmap-file --mmap-compat 0.09.31';
  const FAILED = /^mmsem-bench: fail: {2}\[\d+\] mremap: instance 0: mremap from /m;

  it.each([
    [2, 'a stressor has failed', FAILING, FAILED],
    [
      3,
      'one has run out',
      `${SHORT} --mms 1`,
      /instance \d ended early, out of system resources: mmap: gave up/,
    ],
    [2, 'one has failed, whatever others have', `${FAILING} ${SHORT}`, FAILED],
  ])('is %i where %s', async (status, _, line, message) => {
    const words = `${line} --max-map-count 1 --engine virtual --kernels pristine --timeout 60s`;
    const outcome = await stress(...words.split(' '));
    expect(outcome.status).toBe(status);
    expect(outcome.stdout).toMatch(message);
    expect(outcome.stdout).toContain(
      `${status === 2 ? 'unsuccessful' : '] successful'} run completed in`,
    );
  });
});

describe('what a line leaves', () => {
  it('is YAML for each kernel, a log of all that was said, and one document of JSON', async () => {
    const [yaml, log] = ['run.yaml', 'run.log'].map((name) => path.join(folder, name));
    const files = ['--yaml', yaml!, '--log-file', log!];
    const { status, stdout, stderr } = await stress(
      ...[...SMALL, ...BLOCKS, ...VIRTUAL, ...files, '--json'],
    );
    expect(status).toBe(0);
    const { plan, kernels } = JSON.parse(stdout) as ResultDocument;
    expect(plan.stress!.entries).toMatchObject([{ stressor: 'mmap', instances: 2 }]);
    expect(kernels.map(({ rounds }) => rounds[0]!.instances!.length)).toEqual([2, 2]);
    expect(readStressNgRuns(readFileSync(yaml!, 'utf8'), yaml!)).toHaveLength(2);
    expect(stderr).toContain('dispatching hogs: 2 mmap');
    expect(readFileSync(log!, 'utf8')).toBe(stderr);
  });

  it('says with --verbose what became of every instance', async () => {
    const { stdout, stderr } = await stress(...SMALL, '-v', ...VIRTUAL);
    const [, main] = /debug: \[(\d+)\] mmap: needs up to .* per instance, .* in total/.exec(
      stderr,
    )!;
    const pids = [1, 2].map((more) => Number(main) + more);
    for (const [instance, pid] of pids.entries()) {
      expect(stderr).toContain(`debug: [${main}] mmap: started [${pid}] (instance ${instance})\n`);
      const exits = stdout.match(
        new RegExp(`exited \\[${pid}\\] \\(instance ${instance}\\): 3 bogo ops in`, 'g'),
      );
      expect(exits).toHaveLength(2);
    }
  });

  it('is a log that grows while it runs, with the warnings in it, framed', async () => {
    const log = path.join(folder, 'grows.log');
    const { child, outcome } = start([
      ...['--mmap', '1', '--mmap-bytes', '1M', '--cpu', '1', '--timeout', '60s', '--log-file', log],
    ]);
    const seen = new Promise<string>((resolve) => {
      child.stderr!.once('data', () => {
        resolve(existsSync(log) ? readFileSync(log, 'utf8') : '');
      });
    });
    const early = await seen;
    child.kill('SIGINT');
    const { stderr } = await outcome;
    const warning = /^mmsem-bench: warn: {2}\[\d+\] skipped, .* no such stressors: cpu$/m;
    expect([early, stderr, readFileSync(log, 'utf8')]).toEqual([
      expect.stringMatching(warning),
      expect.stringMatching(warning),
      expect.stringMatching(warning),
    ]);
    expect(stderr).not.toMatch(/^mmsem-bench: warning:/m);
  });

  it('has hashes with --trace-hash, and is simulated twice with --check-determinism', async () => {
    const { status, stdout } = await stress(
      ...[...SMALL, ...VIRTUAL, '--trace-hash', '--check-determinism'],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\n2 simulations, each run twice: no difference\ntrace [0-9a-f]{16}\nresult sha256 [0-9a-f]{64}\n/,
    );
    const onThreads = await stress(...SMALL, '--trace-hash');
    expect(onThreads.status).toBe(2);
    expect(onThreads.stderr).toContain('--trace-hash is for simulated machines');
  });

  it('are the numbers alone with --quiet', async () => {
    const { stdout, stderr } = await stress(...SMALL, '--metrics', '-q', ...VIRTUAL);
    expect(stderr).toBe('');
    expect(parsePrinted(stdout)).toHaveLength(2);
  });

  it('is no YAML of a run that was cut short', async () => {
    const yaml = path.join(folder, 'cut.yaml');
    const line = ['--mmap', '1', '--mmap-bytes', '1M', '--timeout', '60s', '--metrics'];
    const { child, outcome } = start([...line, '--yaml', yaml]);
    child.stderr!.once('data', () => setTimeout(() => child.kill('SIGINT'), ROUND_BEGUN_MS));
    const { status, stdout } = await outcome;
    expect(status).toBe(130);
    expect(stdout).toContain('unsuccessful run completed');
    expect(existsSync(yaml)).toBe(false);
  });

  it('is YAML of the stressors of a sequence that had ended when it was cut short', async () => {
    const [yaml, job] = ['ended.yaml', 'sequence.job'].map((name) => path.join(folder, name));
    const lines = ['run sequential', 'mmapaddr 1', 'mmapaddr-ops 20', 'vm 1', 'timeout 10h'];
    writeFileSync(job!, `${[...lines, 'metrics'].join('\n')}\n`);
    const words = ['--job', job!, '--engine', 'virtual', '--yaml', yaml!];
    const { child, outcome } = start(words);
    child.stderr!.once('data', () => setTimeout(() => child.kill('SIGINT'), ROUND_BEGUN_MS));
    const { status, stderr } = await outcome;
    expect(status).toBe(130);
    expect(stderr).toContain('a run was cut short: ');
    expect(stderr).toContain(' has the others alone');
    const kept = readStressNgRuns(readFileSync(yaml!, 'utf8'), yaml!);
    expect(kept.map(({ label }) => label)).toEqual(['mmapaddr (pristine)', 'mmapaddr (patched)']);
  });

  it('is a result for each stressor in sequential mode, which no form takes', async () => {
    const line = ['--sequential', '1', '--with', 'vm,mmapaddr', '--timeout', '1s'];
    const form = await stress(...line, '--engine', 'virtual', '--json');
    expect(form.status).toBe(2);
    expect(form.stderr).toMatch(/^mmsem-bench: --format takes one result/m);
  });
});
