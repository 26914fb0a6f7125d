import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFailed } from '../../engine/engine.js';
import { describeFailure } from '../failure.js';
import { runCommand as runMain } from '../main.js';
import { ensureBuilt, runCommand } from '../testing/built-command.js';
import { FakeWorld } from '../testing/fake-world.js';
import { runStressLine } from './stress-command.js';
import { FAKE_HOGS } from './testing/fake-hogs.js';

let folder: string;
const file = (name: string, text: string): string => {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  return place;
};
beforeAll(() => {
  ensureBuilt();
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-stress-'));
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With stressors that do nothing. */
async function run(line: string): Promise<Said> {
  const world = new FakeWorld(() => Promise.reject(new RunFailed('it ran')));
  let exitCode: number;
  try {
    exitCode = await runStressLine(line.split(' ').filter(Boolean), world, FAKE_HOGS);
  } catch (error) {
    const failure = describeFailure(error, 'mmsem-bench stress --help');
    world.stderr.write(failure.text);
    ({ exitCode } = failure);
  }
  return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text };
}

const VIRTUAL = '--engine virtual --timeout 10s';

describe('--dry-run', () => {
  it('prints the runs, an entry in a line', async () => {
    const line = `--mmap 0 --mmap-bytes 80G --mmap-file --vm 2 --vm-ops 9 -n ${VIRTUAL}`;
    expect(await run(line)).toEqual({
      exitCode: 0,
      stdout: [
        'dry run: 10 secs, kernels pristine, patched, on e5-2680-32 with 32 CPUs, 34 tasks, ' +
          '34 address spaces, seed 1',
        'dispatching hogs: 32 mmap, 2 vm',
        '  mmap: 32 instances --mmap-bytes 80G --mmap-file',
        '  vm: 2 instances, 5 bogo ops each --vm-bytes 256M --vm-method all',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('numbers runs that follow each other', async () => {
    const { stdout } = await run(`--seq 1 --with mmapmany,vm --dry-run --seeds 3 ${VIRTUAL}`);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^dry run, 1 of 2: 10 secs, .*, 1 task, 1 address space, 3 seeds, seed 1$/,
      ),
      'dispatching hogs: 1 mmapmany',
      '  mmapmany: 1 instance',
      expect.stringMatching(/^dry run, 2 of 2: /),
      'dispatching hogs: 1 vm',
      '  vm: 1 instance --vm-bytes 256M --vm-method all',
      '',
    ]);
    expect((await run('--mmap 1 --timeout 0 -n')).stdout).toContain('dry run: for ever, ');
  });

  it('says what ends a run: operations, if all have some, or the time', async () => {
    const length = async (line: string): Promise<string> =>
      /dry run: (.*), kernels/.exec((await run(`${line} -n`)).stdout)![1]!;
    const ops = '--mmap 1 --mmap-ops 4';
    expect(await length(ops)).toBe('until all operations are done, 1 day at most');
    expect(await length(`${ops} -t 65`)).toBe(
      'until all operations are done, 1 min 5 secs at most',
    );
    expect(await length(`${ops} -t 0`)).toBe('until all operations are done');
    expect(await length(`${ops} --vm 1`)).toBe('1 day');
  });

  it('says nothing of options that have no value until they are given one', async () => {
    const { stdout } = await run('--mmapfork 1 -n');
    expect(stdout).toContain('  mmapfork: 1 instance --mmapfork-procs 32\n');
    const { stdout: help } = await run('--mmap 1 --help');
    expect(help).toMatch(/ --mmapfork-bytes N +total\n/);
  });
});

describe('what is not heeded', () => {
  it('is named on stderr, unless --quiet', async () => {
    const line = '--mmap 1 --bigheap 1 --temp-path /x -n';
    const { exitCode, stderr } = await run(line);
    expect(exitCode).toBe(0);
    const frame = `mmsem-bench: warn:  [${process.pid}]`;
    expect(stderr).toBe(
      `${frame} ignored, for want of a meaning here: --temp-path\n` +
        `${frame} skipped, with their options, as this tool has no such stressors: bigheap\n`,
    );
    expect((await run(`${line} -q`)).stderr).toBe('');
  });

  it('leaves nothing: 4', async () => {
    const { exitCode, stdout, stderr } = await run('--cpu 4');
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toContain('none of the stressors that are asked for is left to run\n');
  });

  it('is no failure where nothing was asked for', async () => {
    expect(await run(`--job ${file('none.job', 'run parallel\n')}`)).toEqual({
      ...{ exitCode: 0, stdout: 'dispatching hogs:\n', stderr: '' },
    });
  });
});

describe('answers', () => {
  it('--help has every stressor and option, at most 100 columns wide', async () => {
    const { exitCode, stdout, stderr } = await run('--mmap 1 --help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    for (const said of [
      ...['--mmap N ', 'what mmap does', '--mmap-bytes N ', 'total [256M]', '--mmapfork-procs N'],
      ...['how (all, flip) [all]', '-t, --timeout T', '-Y, --yaml FILE', '--taskset LIST'],
      ...['--machine <NAME>', 'Other than in stress-ng:', 'Exit codes: '],
    ]) {
      expect(stdout).toContain(said);
    }
  });

  it('names, classes and the version', async () => {
    expect((await run('--stressors')).stdout).toBe(
      'mmap mmapmany mmapfork vm page-fault1-threads\n',
    );
    expect((await run('--class memory?')).stdout).toBe(`class 'memory' stressors: vm\n`);
    expect((await run('--mmap 1 -V')).stdout).toMatch(/^mmsem-bench \d+\.\d+\.\d+\n$/);
  });
});

describe('files', () => {
  it('are not two things at once', async () => {
    const job = file('a.job', 'mmap 1\n');
    const { exitCode, stderr } = await run(`--job ${job} --yaml ${job} -n`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--yaml');
    expect((await run('--mmap 1 --yaml a.out --log-file a.out -n')).exitCode).toBe(2);
  });
});

describe('in main', () => {
  const main = async (line: string): Promise<Said & { readonly files: readonly string[] }> => {
    const files: string[] = [];
    const world = new FakeWorld((plan) => {
      files.push(`${plan.stressor} ${plan.mmapBytes}`);
      return Promise.reject(new RunFailed('it ran'));
    });
    const exitCode = await runMain(line.split(' ').filter(Boolean), world);
    return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text, files };
  };

  it('a job with a workload of its own is the comparison with it', async () => {
    const job = file('own.job', 'fault-munmap 3\nmmap-bytes 1M\nmms 1\nthreshold 1G\n');
    expect((await main(`--rounds 1 --job ${job}`)).files).toEqual(['fault-munmap 1048576']);
    expect((await main(`-j ${job} --mmap-bytes 2M -t 1s`)).files).toEqual(['fault-munmap 2097152']);
    expect((await main(`--job ${job} --tasks x`)).stderr).toContain('--tasks takes a whole number');
  });

  it('--mmap-bytes and --mmap-file alone are those of the comparison', async () => {
    expect((await main('--mmap-bytes 4M --mmap-file')).files).toEqual(['fault-munmap 4194304']);
  });

  it.each([
    [
      '--metrics',
      '--metrics is of stress-ng, and the line names none of its stressors: name one, such as --mmap 4 (see --help)',
    ],
    ['-M', '-M is of stress-ng, and the line names none'],
    ['--vm-bytes 1G', '--vm-bytes is of stress-ng, and the line names none'],
    ['--mmap-bytes 1G --perf', '--perf is of stress-ng'],
    ['gate --mmap 4', '--mmap is of stress-ng: lines in its manner are not gated; run two of them'],
    [
      'gate --mmap-bytes 1G --metrics',
      '--metrics is of stress-ng: lines in its manner are not gated',
    ],
    [
      'sweep --vm 4 --over tasks=1,2',
      '--vm is of stress-ng: lines in its manner are not swept; run one',
    ],
    [
      'torture --mmap 4',
      'whose stressors torture does not run: leave the word torture out, as in mmsem-bench --mmap 4',
    ],
    ['torture --metrics', `unknown option '--metrics'`],
    ['gate --thresold 4K', `unknown option '--thresold' (did you mean '--threshold'?)`],
    [
      '--job workloads/fault-munmap.job -n',
      "-n is of stress-ng, and workloads/fault-munmap.job has a workload of this tool's own",
    ],
  ])('%s is told what to do', async (line, message) => {
    const { exitCode, stderr, files } = await main(line);
    expect([exitCode, files]).toEqual([2, []]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]+\n$/);
  });

  it('points at the help text of these lines', async () => {
    expect((await main('stress')).stderr).toBe(
      'mmsem-bench: no stress workers invoked: name a stressor, such as --mmap 1 ' +
        '(see mmsem-bench stress --help)\n',
    );
  });
});

describe('the built command', () => {
  it.each([
    ['stress --help', 0, 'Usage: mmsem-bench [stress] --STRESSOR N [options]', ''],
    [
      '--mmap 0 --mmap-bytes 80G --mmap-file --metrics --perf --timeout 600s --engine virtual -n',
      0,
      'dispatching hogs: 32 mmap\n  mmap: 32 instances --mmap-bytes 80G --mmap-file',
      '',
    ],
    [
      '--mmap 1 --mmap-ops 1 -n',
      0,
      'dispatching hogs: 1 mmap\n  mmap: 1 instance, 1 bogo ops each --mmap-bytes 256M\n',
      '',
    ],
    ['--mmap 1 --mmap-ops 1 --mmap-osync -n', 0, ' --mmap-file --mmap-file-kind disk ', ''],
    ['--class will-it-scale?', 0, 'page-fault1-processes page-fault1-threads', ''],
    ['--cpu 4', 4, '', 'as this tool has no such stressors: cpu'],
    ['stress --metrics=1', 2, '', `option '--metrics' doesn't allow an argument (see`],
    ['--job /nonexistent.job', 2, '', `cannot open the job file '/nonexistent.job'`],
    ['--all x', 2, '', `contains non-numeric 'x'`],
    ['--help', 0, 'mmsem-bench stress --help', ''],
  ])('%s', async (line, status, stdout, stderr) => {
    const outcome = await runCommand(line.split(' '));
    expect(outcome.status).toBe(status);
    expect(outcome.stdout).toContain(stdout);
    expect(outcome.stderr).toContain(stderr);
    if (status !== 2) return;
    expect(outcome.stderr).toMatch(/^mmsem-bench: [^\n]+ \(see (mmsem-bench stress )?--help\)\n$/);
  });
});
