import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand, runShell } from './testing/built-command.js';
import { altered, gate, gated, SIMULATED } from './testing/gated.js';

let folder: string;
let baseline: string;
const inFolder = (name: string): string => path.join(folder, name);
const made = gated();
beforeAll(() => {
  ({ folder, baseline } = made());
});

describe('gate exits with 2 and one clear line', () => {
  const bad = (name: string, text: string): string => {
    writeFileSync(inFolder(name), text);
    return inFolder(name);
  };

  const pipe = (name: string): string => {
    execFileSync('mkfifo', [inFolder(name)]);
    return inFolder(name);
  };

  it.each([
    ['an empty file', () => bad('empty.json', ''), /is empty/],
    ['a blank one', () => bad('blank.json', ' \n'), /is empty/],
    ['a directory', () => folder, /is a directory/],
    [
      'one that is cut off',
      () => bad('cut.json', readFileSync(baseline, 'utf8').slice(0, 5000)),
      /cut off/,
    ],
    ['no JSON', () => bad('text.json', 'faults: 3'), /no JSON/],
    [
      'NaN',
      () =>
        bad(
          'nan.json',
          readFileSync(baseline, 'utf8').replace(/"seconds": [0-9.]+/, '"seconds": NaN'),
        ),
      /NaN/,
    ],
    [
      'another schema',
      () => altered(baseline, 'schema', (document) => ({ ...document, schema: 'x' })),
      /'mmsem-bench\/result'/,
    ],
    [
      'another version',
      () => altered(baseline, 'version', (document) => ({ ...document, version: 2 })),
      /version 2/,
    ],
    [
      'a partial run',
      () => altered(baseline, 'partial', (document) => ({ ...document, partial: true })),
      /partial/,
    ],
    [
      'a missing metric',
      () =>
        altered(baseline, 'metric', (document) => ({
          ...document,
          kernels: document.kernels.map(({ faultsPerSecond: _, ...kernel }) => kernel),
        })),
      /faultsPerSecond/,
    ],
    [
      'a plan that was edited',
      () =>
        altered(baseline, 'edited', (document) => ({
          ...document,
          plan: { ...document.plan, tasks: 5 },
        })),
      /hashes/,
    ],
    [
      'a rate that was edited',
      () =>
        altered(baseline, 'rate', (document) => ({
          ...document,
          kernels: document.kernels.map((kernel) => ({
            ...kernel,
            rounds: kernel.rounds.map((round) => ({ ...round, faultsPerSecond: 1 })),
          })),
        })),
      /round 0 of pristine has 1 faultsPerSecond, which do not follow from/,
    ],
    ['a pipe that nobody writes to', () => pipe('pipe.json'), /it is not a regular file/],
    [
      'a version in quotes',
      () => altered(baseline, 'quoted', (document) => ({ ...document, version: '1' })),
      /version the string "1"/,
    ],
    [
      'a run whose calls failed',
      () =>
        altered(baseline, 'failed', (document) => ({
          ...document,
          kernels: document.kernels.map((kernel) => ({ ...kernel, failedCalls: 3 })),
        })),
      /'.*failed\.json' cannot be a baseline: 3 calls of pristine failed/,
    ],
    ['without a name', () => '', /--baseline takes the file of a saved result, not ''/],
  ])('for a baseline that is %s', async (_, make, problem) => {
    const { status, stdout, stderr } = await gate(['--baseline', make()]);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+\n$/);
    expect(stderr).toMatch(problem);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it.each([
    [['--require', 'patched'], /--require takes a rule such as/],
    [['--fail-if', 'writeHoldNs.p9 > 2x'], /did you mean 'writeHoldNs.p99'/],
    [['--max-regression', '5'], /takes a percentage/],
    [['--max-regression', '-5%'], /out of range/],
    [['--metric', 'faults'], /there is no metric 'faults'/],
    [['--on', 'regression'], /takes a verdict and what it does/],
    [['--on', 'regresion=warn'], /did you mean 'regression'/],
    [['--kernels', 'pristine'], /nothing to judge/],
    [['--save-baseline', '/nowhere/x.json'], /does not exist/],
    [['--require', 'patched >= baseline'], /no --baseline/],
  ])('for %j', async (argv, problem) => {
    const { status, stderr } = await gate(argv);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+\n$/);
    expect(stderr).toMatch(problem);
    expect(status).toBe(2);
  });

  it('for a simulation until something was known, and not for threads', async () => {
    const until = ['--until', '50%', '--save'];
    await runCommand([...SIMULATED, ...until, inFolder('until.json')]);
    const simulated = await gate(['--baseline', inFolder('until.json')]);
    expect(simulated.stderr).toMatch(
      /^mmsem-bench: [^\n]* it was made with --until: make one[^\n]*\n$/,
    );
    expect(simulated.status).toBe(2);
    const brief = '--mmap-bytes 16M --tasks 1 --timeout 0.1s --rounds 2'.split(' ');
    await runCommand([...brief, ...until, inFolder('threads.json')]);
    const measured = await gate([
      '--baseline',
      inFolder('threads.json'),
      '--on',
      'inconclusive=warn',
    ]);
    expect(measured.stderr).toBe('');
    expect(measured.status).not.toBe(2);
  });

  it('for a disk that is full', async () => {
    copyFileSync(baseline, inFolder('kept.json'));
    const words = ['gate', ...SIMULATED, '--save-baseline', inFolder('kept.json')];
    // A limit on the size of files is what everyone can have; a full disk fails in the same place.
    const { status, stderr } = await runShell(
      `ulimit -f 8; mmsem-bench ${words.join(' ')} >/dev/null`,
    );
    expect(stderr).toMatch(/^mmsem-bench: cannot save to [^\n]*EFBIG[^\n]*\n$/);
    expect(status).toBe(2);
    expect(readFileSync(inFolder('kept.json'), 'utf8')).toBe(readFileSync(baseline, 'utf8'));
  });
});
