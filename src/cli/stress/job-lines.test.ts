import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../util/package-file.js';
import type { Plan } from '../../plan/plan.js';
import { HOGS } from '../../workload/stressors/hogs.js';
import { namesIn } from './job-lines.js';
import { readStressLine } from './stress-line.js';
import { FAKE_HOST } from './testing/fake-hogs.js';
import { dispatched, entriesOf, runOf, usageError } from './testing/read-line.js';

/** What stress-ng's vm.job says, in other words. */
const VM_JOB = `
# all of class vm, one after the other
run sequential
metrics-brief
verbose
timeout 60s
${['bigheap', 'brk', 'malloc', 'mlock', 'mmap', 'mmapfork', 'mmapmany', 'msync', 'shm']
  .concat(['shm-sysv', 'stack', 'stackmmap', 'tmpfs', 'userfaultfd', 'vm', 'vm-rw', 'vm-splice'])
  .map((name) => `${name} 0   # one for each CPU\n# ${name}-ops 1000000`)
  .join('\n')}
`;

describe('a job file', () => {
  it('is options behind the command line, in order', () => {
    const job = 'run parallel\nmmap 2\nmmap-bytes=8M\n  mmap-ops 10 # all\ntimeout 5\nmetrics-b\n';
    const [entry] = entriesOf('--job x', job);
    expect(entry).toMatchObject({ instances: 2, opsPerInstance: 5, options: { bytes: 8 << 20 } });
    expect(dispatched('--vm 1 -j x', job)).toEqual(['1 vm', '2 mmap']);
    const run = runOf('-j x --timeout 9 --yaml a --kernels pristine', `${job}kernels patched\n`);
    expect(run.plans[0]).toMatchObject({ timeoutSeconds: 5, kernels: ['patched'] });
    expect(run.wishes).toMatchObject({ metrics: 'brief', yaml: 'a' });
    expect(run.jobFile).toBe('x');
  });

  it('chooses the order, whatever the command line said', () => {
    const job = 'mmap 1\nvm 1\n';
    expect(runOf('--job x', job).plans).toHaveLength(1);
    expect(runOf('--job x', `run sequential\n${job}`).plans).toHaveLength(2);
    expect(runOf('--job x --sequential 0', job).plans).toHaveLength(2);
    expect(runOf('--job x --sequential 0', `run parallel\n${job}`).plans).toHaveLength(1);
  });

  it('may say nothing', () => {
    expect(runOf('--job x', 'run parallel\n')).toMatchObject({ plans: [], exitCode: 0 });
    expect(runOf('--job x --sequential 4', 'run parallel\n')).toMatchObject({ exitCode: 0 });
    expect(runOf('--job x', '')).toMatchObject({ plans: [], exitCode: 0 });
    expect(runOf('--job x', 'bigheap 1')).toMatchObject({ plans: [], exitCode: 4 });
  });

  it("of stress-ng's own works unchanged", () => {
    const run = runOf('--job vm.job', VM_JOB);
    expect(
      run.plans.map(({ stressor, timeoutSeconds }) => `${stressor} ${timeoutSeconds}`),
    ).toEqual(['mmap 60', 'mmapfork 60', 'mmapmany 60', 'vm 60']);
    expect(run.warnings).toEqual([
      'skipped, with their options, as this tool has no such stressors: bigheap, brk, malloc, ' +
        'mlock, msync, shm, shm-sysv, stack, stackmmap, tmpfs, userfaultfd, vm-rw, vm-splice',
    ]);
    expect(run.wishes).toMatchObject({ metrics: 'brief', verbose: true });
    expect(run.exitCode).toBe(0);
  });

  it.each([
    ['\nmmap x # 1', `contains non-numeric 'x': error in line 2: 'mmap x # 1'`],
    ['mmap', `option 'mmap' requires an argument: error in line 1: 'mmap'`],
    ['metrics 1', `option 'metrics' doesn't allow an argument: error in line 1`],
    ['nonsense', `unrecognized option 'nonsense': error in line 1: 'nonsense'`],
    ['thresh 4K', `unrecognized option 'thresh' (did you mean 'threshold'?): error in line 1`],
    ['mmap-o 1', `option 'mmap-o' is ambiguous; possibilities: 'mmap-ops' 'mmap-osync': error in`],
    ['mmap 1\nthreshold x', `threshold takes a size from 4K to 128T`],
    ['mmap 1\nmms 2', `mms takes 1 alone with stressors of stress-ng`],
    ['mmap 1\ntasks 2', `tasks is not for stressors of stress-ng`],
    ['mmap 1\ntimeout 5x', `illegal time specifier 'x'`],
    ['mmap 1\ntaskset 1', `taskset is for simulated machines`],
    ['job y', `a job file cannot name another one: error in line 1: 'job y'`],
    ['jo y', `a job file cannot name another one: error in line 1: 'jo y'`],
    ['run sideways', `run takes 'sequential' or 'parallel': error in line 1`],
    ['run', `unrecognized option 'run'`],
    ['mmap 1 2', 'a line takes one option and one value: error in line 1'],
    ['--mmap 1', `options are written without dashes, 'mmap'`],
    ['mmap 1\r\n', 'CR LF'],
    [
      'mmap-ops 0\nmmap 1',
      `value 0 is out of range for mmap-ops, allowed: 1 .. 100000000: error in`,
    ],
  ])('refuses %j', (job, message) => {
    const error = usageError('--job x.job', job);
    expect(error).toContain(message);
    expect(error).toMatch(/^x\.job: .*error in line \d+: '.*'$/);
  });
});

describe('the job files that are shipped', () => {
  const textOf = (file: string): string => readFileSync(packageFile(`workloads/${file}`), 'utf8');

  const plansOf = (file: string): readonly Plan[] => {
    const context = { hogs: HOGS, host: FAKE_HOST, readJobFile: () => textOf(file) };
    const line = readStressLine(['--job', file, '--engine', 'virtual'], context);
    if (line.kind !== 'run') throw new Error(`${file} is not run`);
    expect(line.warnings).toEqual([]);
    return line.plans;
  };

  it('are all known here', () => {
    const files = readdirSync(packageFile('workloads')).filter((file) => file.endsWith('.job'));
    expect(files.sort()).toEqual([
      ...['fault-munmap.job', 'munmap-series.job', 'seed.job', 'will-it-scale.job'],
    ]);
    expect(namesIn(textOf('fault-munmap.job'))[0]).toBe('fault-munmap');
  });

  it("have the seed's command", () => {
    const [plan, ...others] = plansOf('seed.job');
    expect(others).toEqual([]);
    expect(plan).toMatchObject({
      ...{ timeoutSeconds: 600, mmapBytes: 80 * 1024 ** 3 },
      stress: {
        entries: [
          { stressor: 'mmap', instances: 32, opsPerInstance: null, options: { file: true } },
        ],
      },
    });
  });

  it('have the regression set of the series, every munmap of which takes the new path', () => {
    const plans = plansOf('munmap-series.job');
    expect(plans.map(({ stressor }) => stressor)).toEqual([
      ...['mmap', 'mmapfork', 'mmapfixed', 'mmapaddr', 'mmapmany', 'vm'],
    ]);
    expect(plans.map(({ thresholdBytes }) => thresholdBytes)).toEqual(plans.map(() => 4096));
  });

  it("have will-it-scale's tests in both forms", () => {
    const names = plansOf('will-it-scale.job').map(({ stressor }) => stressor);
    expect(names).toHaveLength(24);
    const stems = names.map((name) => name.replace(/-(processes|threads)$/, ''));
    expect(new Set(stems).size).toBe(12);
  });
});
