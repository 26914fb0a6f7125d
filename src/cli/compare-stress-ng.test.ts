/** `compare` on what stress-ng has saved, from outside the process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompareDocument } from '../gate/compare-document.js';
import { packageFile } from '../util/package-file.js';
import { ensureBuilt, runCommand, type Outcome } from './testing/built-command.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);
const compare = (...argv: string[]): Promise<Outcome> => runCommand(['compare', ...argv]);
const stressNg = (name: string): string => packageFile(`src/report/testing/stress-ng/${name}.yaml`);

beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-compare-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function found(...argv: string[]): Promise<CompareDocument> {
  const { status, stdout, stderr } = await compare(...argv, '--json');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as CompareDocument;
}

/** Without its line breaks. */
const flowing = (text: string): string => text.replace(/\s+/g, ' ');

describe('YAML of stress-ng', () => {
  it('one run a side cannot decide, and what would is said', async () => {
    const { status, stdout } = await compare(
      stressNg('0.15.06-mmap'),
      stressNg('0.15.06-mmap-file'),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^page faults\/sec +55\.72 K +2\.395 K +1 +-95\.7 % +cannot decide$/m);
    expect(flowing(stdout)).toContain(
      'cannot decide: 1 run a side; a comparison needs at least 4 runs a side',
    );
    expect(stdout).not.toMatch(/faster|slower/);
  });

  it('ten real runs a side of one command, a document each, are found no different', async () => {
    const sides = ['a', 'b'].map((side) => stressNg(`0.15.06-ten-runs-${side}`));
    const document = await found(...sides);
    expect(
      document.comparisons.map(({ metric, base, candidate, verdict }) => [
        metric,
        base.n,
        candidate.n,
        verdict,
      ]),
    ).toEqual([
      ['faultsPerSecond', 10, 10, 'no difference shown'],
      ['bogo-ops-per-second-real-time', 10, 10, 'no difference shown'],
    ]);
    const { stdout } = await compare(...sides);
    expect(stdout).toMatch(/^bogo ops\/sec .* no difference shown$/m);
    expect(flowing(stdout)).toMatch(/ --metric compares what else the files share: bogo-ops, /);
    const chosen = await found(...sides, '--metric', 'user-time,context_switches_total');
    expect(chosen.comparisons.map(({ metric }) => metric)).toEqual([
      'user-time',
      'context_switches_total',
    ]);
    expect(chosen.notes.join(' ')).not.toContain('--metric');
    // The key of the YAML for what has a name of ours is as good as that.
    const byKey = await found(...sides, '--metric', 'page_faults_total_per_second,faultsPerSecond');
    expect(byKey.comparisons).toEqual([
      expect.objectContaining({ metric: 'faultsPerSecond', verdict: 'no difference shown' }),
    ]);
  });

  it('real ones beside ours are compared stressor by stressor', async () => {
    const file = at('ours.yaml');
    const line =
      '--mmap 1 --mmap-bytes 1M --mmap-ops 4 --vm 1 --vm-bytes 1M --vm-ops 4 --perf --metrics';
    const { status } = await runCommand([
      ...line.split(' '),
      '--engine',
      'virtual',
      '--yaml',
      file,
    ]);
    expect(status).toBe(0);
    const document = await found(stressNg('0.15.06-mmap'), file);
    expect(document.comparisons.map(({ metric, candidate }) => [metric, candidate.label])).toEqual([
      ['faultsPerSecond', 'mmap (pristine)'],
      ['bogo-ops-per-second-real-time', 'mmap (pristine)'],
      ['faultsPerSecond', 'mmap (patched)'],
      ['bogo-ops-per-second-real-time', 'mmap (patched)'],
    ]);
    expect(document.notes.join(' ')).toMatch(
      /same stressor on other kernels: mmap of .*0\.15\.06-mmap/,
    );
    expect(document.notes.join(' ')).toMatch(/Only in .*ours.*: vm \(pristine\), vm \(patched\)\./);
  });

  it('of more sides, each is compared in page faults and in bogo ops', async () => {
    const one = stressNg('0.15.06-ten-runs-a');
    const document = await found(one, stressNg('0.15.06-mmap'), stressNg('0.15.06-ten-runs-b'));
    expect(document.comparisons.map(({ metric, candidate }) => [metric, candidate.n])).toEqual([
      ['faultsPerSecond', 1],
      ['bogo-ops-per-second-real-time', 1],
      ['faultsPerSecond', 10],
      ['bogo-ops-per-second-real-time', 10],
    ]);
  });

  it('files joined by commas are one side; without a known direction it is higher or lower', async () => {
    const names = [1, 2, 3, 4].flatMap((run) =>
      [1, 3].map((times) => {
        const text = readFileSync(stressNg('head-mmap'), 'utf8');
        const file = at(`${times}-${run}.yaml`);
        const rate = (times * (6 + run / 100)).toFixed(3);
        writeFileSync(
          file,
          text
            .replace('real-time: 6.0', `real-time: ${rate}`)
            .replace('18372', String(18372 * times + run)),
        );
        return file;
      }),
    );
    const side = (parity: number): string => names.filter((_, i) => i % 2 === parity).join(',');
    const document = await found(
      side(0),
      side(1),
      '--metric',
      'bogo-ops-per-second-real-time,max-rss',
    );
    expect(document.comparisons.map(({ verdict, candidate }) => [verdict, candidate.n])).toEqual([
      ['faster', 4],
      ['higher', 4],
    ]);
    expect(document.comparisons[0]!.p).toBeCloseTo(2 / 70, 10);
  });
});
