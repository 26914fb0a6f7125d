import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyNames } from '../mm/rwsem-policy.js';
import { parseCommandLine } from './command-line.js';
import { defaultTexts, makePlan } from './make-plan.js';
import { COMPARISON, DEFAULTS } from './options.js';
import { packageFile } from '../util/package-file.js';
import { replayCommand } from './replay.js';
import { parseSeconds } from './units.js';
import { UsageError } from './usage-error.js';
import { readWorkload, type Workload } from './workload-settings.js';
import type { Plan } from '../plan/plan.js';

const SHIPPED = packageFile('workloads/fault-munmap.job');
const GIB = 1024 ** 3;

function planOf(argv: string, workload: Workload = readWorkload(SHIPPED), cpus = 2): Plan {
  const words = argv.split(' ').filter(Boolean);
  const { settings } = parseCommandLine(words, COMPARISON, 'mmsem-bench');
  return makePlan(settings, workload, cpus);
}

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  throw new Error('accepted');
}

describe('the plan of the bare command', () => {
  it('is the shipped workload with the defaults of the options', () => {
    expect(planOf('')).toEqual({
      engine: 'threads',
      stressor: 'fault-munmap',
      kernels: ['pristine', 'patched'],
      tasks: 2,
      writers: 0,
      writerGapNs: 1_000_000,
      mms: 1,
      mmapBytes: 80 * GIB,
      bytesPerTask: 40 * GIB,
      thresholdBytes: GIB,
      maxMapCount: 65_530,
      rwsem: 'fifo-4.17',
      rwsemSpin: true,
      rounds: Number(DEFAULTS.rounds),
      timeoutSeconds: parseSeconds(DEFAULTS.timeout ?? ''),
      seed: 1,
    });
  });

  it('cannot be changed afterwards', () => {
    const plan = planOf('');
    expect(Object.isFrozen(plan)).toBe(true);
    expect(Object.isFrozen(plan.kernels)).toBe(true);
  });

  it('has a default to show for every option', () => {
    const texts = defaultTexts(readWorkload(SHIPPED));
    expect([...texts.keys()].sort()).toEqual(
      [
        'backing',
        'cpus',
        'engine',
        'kernels',
        'linux',
        'machine',
        'max-map-count',
        'mmap-bytes',
        'mms',
        'rounds',
        'rwsem',
        'rwsem-spin',
        'seed',
        'seeds',
        'set',
        'tasks',
        'thp',
        'threshold',
      ].concat('timeout', 'writer-gap', 'writers'),
    );
    expect(texts.get('mmap-bytes')).toBe('80G');
  });
});

describe('options', () => {
  it('override the workload and the defaults', () => {
    const argv =
      '--mmap-bytes 1.5G --tasks 8 --mms 4 --threshold 4K --max-map-count 100 --rounds 3 ' +
      '--writers 16 --writer-gap 250us ' +
      '--timeout 0.5m --seed 9007199254740991 --kernels patched,patched ' +
      '--rwsem phase-fair-5.3 --rwsem-spin off --backing tmpfs --thp never --linux 4.17';
    expect(planOf(argv)).toMatchObject({
      kernels: ['patched', 'patched'],
      tasks: 8,
      writers: 16,
      writerGapNs: 250_000,
      mms: 4,
      mmapBytes: 1.5 * GIB,
      bytesPerTask: (1.5 * GIB) / 8,
      thresholdBytes: 4096,
      maxMapCount: 100,
      rwsem: 'phase-fair-5.3',
      rwsemSpin: false,
      backing: 'tmpfs',
      thp: 'never',
      linux: '4.17',
      rounds: 3,
      timeoutSeconds: 30,
      seed: Number.MAX_SAFE_INTEGER,
    });
  });

  it('split the memory into whole pages, at least one for each task', () => {
    expect(planOf('--mmap-bytes 80G --tasks 3').bytesPerTask).toBe(28_633_112_576);
    expect(planOf('--mmap-bytes 4K --tasks 3')).toMatchObject({
      mmapBytes: 12_288,
      bytesPerTask: 4096,
    });
    expect(planOf('--mmap-bytes 1T --tasks 1').bytesPerTask).toBe(1024 * GIB);
  });

  it('0 tasks is one per CPU, up to the most tasks there can be', () => {
    expect(planOf('--tasks 0', undefined, 6).tasks).toBe(6);
    expect(planOf('--tasks 0', undefined, 4000).tasks).toBe(1024);
  });

  it.each([
    [
      '--mmap-bytes 12Q',
      "--mmap-bytes takes a size from 4K to 1T such as 80G (suffixes b k m g t p e), not '12Q'",
    ],
    [
      '--mmap-bytes -1',
      "--mmap-bytes takes a size from 4K to 1T such as 80G (suffixes b k m g t p e); '-1' is out of range",
    ],
    [
      '--mmap-bytes 0',
      "--mmap-bytes takes a size from 4K to 1T such as 80G (suffixes b k m g t p e); '0' is out of range",
    ],
    ['--tasks x', "--tasks takes a whole number from 0 to 1024 (0 = one per CPU), not 'x'"],
    [
      '--tasks 1025',
      "--tasks takes a whole number from 0 to 1024 (0 = one per CPU); '1025' is out of range",
    ],
    [
      '--kernels pristine,patchd',
      "--kernels takes a comma-separated list of kernels (pristine, patched, mainline); there is no kernel 'patchd' (did you mean 'patched'?)",
    ],
    [
      '--mms 3',
      "--mms takes a whole number from 1 to the number of tasks (2); '3' is out of range",
    ],
    [
      '--rwsem phase-fair-5.4',
      `--rwsem takes an rwsem policy (${policyNames().join(', ')}); there is no rwsem policy 'phase-fair-5.4' (did you mean 'phase-fair-5.3'?)`,
    ],
    [
      '--rwsem no-steal,no-steal',
      `--rwsem takes an rwsem policy (${policyNames().join(', ')}); there is no rwsem policy 'no-steal,no-steal' among these`,
    ],
    [
      '--engine virtual --seeds 6 --rounds 4',
      '--seeds does not go with --rounds, which says the same: leave one of them out',
    ],
    [
      '--engine virtual --set zapPageNs=1,ipiNs=3,zapPageNs=2',
      '--set: zapPageNs is given twice; give it once',
    ],
    [
      '--backing swap',
      "--backing takes what shares are mapped from (anonymous, disk, tmpfs); there is no backing 'swap' among these",
    ],
    [
      '--thp madvice',
      "--thp takes a mode of transparent huge pages (never, madvise, always); there is no mode of transparent huge pages 'madvice' (did you mean 'madvise'?)",
    ],
    [
      '--linux 5.3',
      "--linux takes a version of Linux (6.18, 4.17); there is no version '5.3' among these",
    ],
    ['--rwsem-spin yes', "--rwsem-spin takes on or off, not 'yes'"],
    ['--mms 0', "--mms takes a whole number from 1 to the number of tasks; '0' is out of range"],
    [
      '--rounds 1000 --timeout 0.5s',
      "--timeout takes at least 1s for 1000 rounds; '0.5s' is out of range",
    ],
    [
      '--tasks 24 --writers 1001',
      "--writers takes at most 1000 beside 24 tasks; '1001' is out of range",
    ],
    [
      '--writers 1 --writer-gap 6s',
      "--writer-gap takes a time from 0 to 5s such as 1ms (suffixes ns us ms s); '6s' is out of range",
    ],
    [
      '--writers 1 --writer-gap 1m',
      "--writer-gap takes a time from 0 to 5s such as 1ms (suffixes ns us ms s), not '1m'",
    ],
  ])('%s is refused', (argv, message) => {
    expect(errorOf(() => planOf(argv))).toBe(message);
  });
});

describe('replayCommand', () => {
  it('makes the same plan again, on a machine with any number of CPUs', () => {
    const different = [
      '',
      '--rwsem sorted-readers --rwsem-spin off',
      '--writers 3 --writer-gap 1.5ms',
      '--backing disk --thp always --linux 4.17',
    ];
    for (const more of different) {
      const plan = planOf(`--mmap-bytes 80G --tasks 3 --timeout 0.1m --kernels patched ${more}`);
      const argv = replayCommand(plan).replace('npx mmsem-bench ', '');
      expect(planOf(argv, undefined, 64)).toEqual(plan);
    }
  });
});

describe('a job file', () => {
  let folder: string;
  let jobs = 0;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-job-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function jobFile(text: string): string {
    const file = path.join(folder, `${++jobs}.job`);
    writeFileSync(file, text);
    return file;
  }
  const editedJob = (from: string, to: string): string =>
    jobFile(readFileSync(SHIPPED, 'utf8').replace(from, to));

  it('changes the plan when a value in it is edited, and the command line still wins', () => {
    const workload = readWorkload(editedJob('mmap-bytes 80G', 'mmap-bytes 3G'));
    expect(planOf('', workload).mmapBytes).toBe(3 * GIB);
    expect(planOf('--mmap-bytes 5G', workload).mmapBytes).toBe(5 * GIB);
    expect(defaultTexts(workload).get('mmap-bytes')).toBe('3G');
  });

  it('that says how many seeds gives way to the rounds of the command line', () => {
    const workload = readWorkload(editedJob('threshold 1G', 'threshold 1G\nseeds 7'));
    expect(planOf('--engine virtual', workload).rounds).toBe(7);
    expect(planOf('--engine virtual --rounds 4', workload).rounds).toBe(4);
    expect(planOf('--engine virtual --seeds 3', workload).rounds).toBe(3);
  });

  it('sets the tasks by the stressor, and any other option of the plan', () => {
    const text =
      'fault-munmap 5\nmmap-bytes=1G\nmms 2\nthreshold 4k\nrounds 2\nkernels patched\nrwsem no-steal\nwriters 2\n';
    expect(planOf('', readWorkload(jobFile(text)))).toMatchObject({
      tasks: 5,
      writers: 2,
      mms: 2,
      thresholdBytes: 4096,
      rounds: 2,
      kernels: ['patched'],
      rwsem: 'no-steal',
    });
  });

  it.each([
    ['mms 1', 'mmap-file 1', "mmap-file takes no value: error in line 13: 'mmap-file 1"],
    ['mmap-bytes 80G', 'mmap-bytes 12Q', "not '12Q': error in line 12: 'mmap-bytes 12Q"],
    ['mms 1', 'mms 3', "(2); '3' is out of range: error in line 13: 'mms 3"],
    ['fault-munmap 0', 'fault-munmap x', 'fault-munmap takes a whole number'],
    ['mmap-bytes 80G', 'mmap-byte 80G', "unknown option 'mmap-byte' (did you mean 'mmap-bytes'?)"],
    ['mmap-bytes 80G', '--mmap-bytes 80G', "without dashes, 'mmap-bytes': error in line 12: '--"],
    ['mmap-bytes 80G', 'mmap-bytes', "mmap-bytes takes a value: error in line 12: 'mmap-bytes "],
    ['mmap-bytes 80G', 'save x', "unknown option 'save': error in line 12: 'save x"],
    ['mmap-bytes 80G', 'fault-munmap 2', 'a job names one stressor: error in line 12'],
    ['fault-munmap 0', '', 'names no stressor (fault-munmap, munmap-storm'],
    ['threshold 1G', '', 'does not set threshold'],
    ['run parallel', 'run sideways', "'sequential' or 'parallel': error in line 9: 'run sideways'"],
  ])('with %j edited to %j is refused', (from, to, expected) => {
    const file = editedJob(from, to);
    const message = errorOf(() => planOf('', readWorkload(file)));
    expect(message.startsWith(`${file}: `)).toBe(true);
    expect(message).toContain(expected);
    expect(message).not.toContain('\n');
  });

  it('that is not there is refused', () => {
    const message = errorOf(() => readWorkload(path.join(folder, 'none.job')));
    expect(message).toContain('cannot read the workload: ENOENT');
    expect(message).toContain('none.job');
  });
});
