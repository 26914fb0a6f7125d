import { describe, expect, it } from 'vitest';
import { FAKE_HOGS } from './testing/fake-hogs.js';
import { dispatched, entriesOf, lineOf, planOf, runOf } from './testing/read-line.js';
import { FOR_EVER_SECONDS } from './values.js';

const VIRTUAL = '--engine virtual --machine e5-2680-32';

describe("the seed's line", () => {
  const SEED = '--mmap 0 --mmap-bytes 80G --mmap-file --metrics --perf --timeout 600s';

  it('is a plan on the simulated machine, its options in any order', () => {
    const plan = planOf(`${SEED} ${VIRTUAL} --kernels pristine,patched`);
    expect(plan).toMatchObject({
      engine: 'virtual',
      stressor: 'mmap',
      kernels: ['pristine', 'patched'],
      ...{ tasks: 32, mms: 32, rounds: 1, timeoutSeconds: 600, seed: 1 },
      ...{ mmapBytes: 80 * 1024 ** 3, thresholdBytes: 1024 ** 3 },
    });
    expect(plan.machine).toMatchObject({ name: 'e5-2680-32', cpus: 32 });
    expect(plan.stress).toEqual({
      entries: [
        {
          stressor: 'mmap',
          instances: 32,
          opsPerInstance: null,
          options: {
            ...{ bytes: 80 * 1024 ** 3, file: true },
            ...{ osync: false, mprotect: false, stressful: false },
          },
        },
      ],
      compat: 'head',
      ...{ verify: false, pageIn: false, noMadvise: false, sharedMm: false },
      memoryBytes: 384 * 1024 ** 3,
    });
    const mixed = `--kernels pristine,patched --timeout 600s --engine=virtual --mmap-file --perf --metrics --mmap-bytes 80G --machine e5-2680-32 --mmap 0`;
    const { stress, ...rest } = planOf(mixed);
    expect({ ...rest, stress }).toEqual(plan);
    expect(runOf(`${SEED} ${VIRTUAL}`)).toMatchObject({
      exitCode: 0,
      warnings: [],
      wishes: { metrics: 'full', perf: true, times: false, dryRun: false, stream: undefined },
    });
  });

  it('runs on threads by itself, on the CPUs there are', () => {
    const plan = planOf(SEED);
    expect([plan.engine, plan.tasks, plan.machine]).toEqual(['threads', 8, undefined]);
    expect(plan.stress.memoryBytes).toBe(16 * 1024 ** 3);
  });

  it('has an address space for all with --mms 1', () => {
    expect(planOf(`${SEED} ${VIRTUAL} --mms 1`)).toMatchObject({
      ...{ tasks: 32, mms: 1 },
      stress: { sharedMm: true },
    });
  });
});

describe('entries', () => {
  it('stand in the order of the line, twice where they are named twice', () => {
    expect(dispatched('--vm 1 --mmap 2 --vm 3')).toEqual(['1 vm', '2 mmap', '3 vm']);
  });

  it('share the settings of their stressor, of which the last one counts', () => {
    const [first, second] = entriesOf('--mmap 1 --mmap-bytes 4M --mmap 2 --mmap-bytes 8M');
    expect([first!.options['bytes'], second!.options['bytes']]).toEqual([8 << 20, 8 << 20]);
  });

  it('have a share each of operations that are said of them, side by side', () => {
    const line = '--mmap 4 --mmap-ops 10 --mmap 2 --mmap-ops 3 --vm 1';
    expect(entriesOf(line).map(({ opsPerInstance }) => opsPerInstance)).toEqual([3, 2, null]);
    const inTurn = entriesOf(`${line} --sequential 1`);
    expect(inTurn.map(({ opsPerInstance }) => opsPerInstance)).toEqual([10, 3, null]);
  });

  it('get no operations that are said before them', () => {
    const { warnings } = runOf('--mmap-ops 5 --mmap 1');
    expect(warnings).toEqual([expect.stringContaining('--mmap-ops 5 is ignored, as in stress-ng')]);
    expect(entriesOf('--mmap-ops 5 --mmap 1')[0]!.opsPerInstance).toBeNull();
  });

  it('get operations that are said of another stressor, with a warning', () => {
    const line = '--mmap 1 --vm 1 --mmap-ops 5';
    expect(entriesOf(line).map(({ opsPerInstance }) => opsPerInstance)).toEqual([null, 5]);
    expect(runOf(line).warnings).toEqual([expect.stringContaining('is taken for vm')]);
    expect(runOf('--mmap 1 --cpu 1 --mmap-ops 5').warnings[0]).toContain('is ignored');
  });

  it('turn on what an option means', () => {
    expect(entriesOf('--mmap 1 --mmap-stressful')[0]!.options).toEqual({
      ...{ bytes: 256 << 20, file: true, osync: true, mprotect: true, stressful: true },
    });
    expect(entriesOf('--mmap 1 --mmap-osync')[0]!.options).toMatchObject({ file: true });
  });

  it('have sizes as large or as small as may be', () => {
    const bytes = (line: string): unknown => entriesOf(`--mmap 1 ${line}`)[0]!.options['bytes'];
    expect(bytes('--maximize')).toBe(2 ** 32 - 1);
    expect(bytes('--maximize --mmap-compat 0.09.31')).toBe(2 ** 32);
    expect(bytes('--minimize')).toBe(4096);
    expect(bytes('--minimize --mmap-bytes 8M')).toBe(8 << 20);
  });
});

describe('choosing stressors', () => {
  const ALL = FAKE_HOGS.map(({ name }) => name);

  it.each([
    ['--all 1', ALL.map((name) => `1 ${name}`)],
    ['--parallel 0 --with mmap,vm', ['8 mmap', '8 vm']],
    ['--all 2 --class vm', ['2 mmap', '2 mmapmany', '2 mmapfork', '2 vm']],
    ['--all 2 --class will-it-scale,memory', ['2 vm', '2 page-fault1-threads']],
    ['--all 1 --class vm --exclude mmap,mmapfork', ['1 mmapmany', '1 vm']],
    ['--all 1 --with page_fault1_threads,cpu', ['1 page-fault1-threads']],
    ['--mmap 3 --all 1', ['3 mmap']],
    ['--mmap 3 --all 1 --class memory', ['3 mmap', '1 vm']],
    ['--mmap 1 --vm 2 --exclude vm', ['1 mmap']],
    ['-m 2 -x mmap', ['2 vm']],
    ['--mmap 50%', ['4 mmap']],
    ['--mmap -1', ['8 mmap']],
  ])('%s', (line, expected) => {
    expect(dispatched(line)).toEqual(expected);
  });

  it('makes a plan of each entry with --sequential', () => {
    const { plans } = runOf('--sequential 2 --class vm');
    expect(plans.map(({ stressor, tasks, timeoutSeconds }) => [stressor, tasks, timeoutSeconds]))
      // Children of mmapfork are tasks.
      .toEqual([
        ['mmap', 2, 60],
        ['mmapmany', 2, 60],
        ['mmapfork', 66, 60],
        ['vm', 2, 60],
      ]);
    expect(runOf('--mmap 4 --vm 1 --seq 0 --timeout 2m').plans).toMatchObject([
      { stressor: 'mmap', tasks: 4, timeoutSeconds: 120 },
      { stressor: 'vm', tasks: 1, timeoutSeconds: 120 },
    ]);
  });

  it('lists a class', () => {
    expect(lineOf('--class vm?')).toEqual({
      kind: 'answer',
      text: `class 'vm' stressors: mmap mmapmany mmapfork vm\n`,
    });
    expect(lineOf('--class cpu?')).toMatchObject({ text: `class 'cpu' stressors: (none here)\n` });
    expect(lineOf('--stressors')).toMatchObject({ text: `${ALL.join(' ')}\n` });
  });
});

describe('what this tool has not', () => {
  it('is named in one warning and skipped with its options', () => {
    const run = runOf('--bigheap 1 --bigheap-growth 4K --mmap 1 --brk 0 --stack-fill -c 2 --brk 1');
    expect(run.warnings).toEqual([
      'skipped, with their options, as this tool has no such stressors: bigheap, brk, cpu',
    ]);
    expect(run.plans).toHaveLength(1);
  });

  it('leaves nothing, which is exit code 4', () => {
    expect(runOf('--bigheap 1 --cpu 4')).toMatchObject({ plans: [], exitCode: 4 });
    expect(runOf('--mmap 1 --exclude mmap')).toMatchObject({ plans: [], exitCode: 4 });
    expect(runOf('--all 1 --class cpu')).toMatchObject({ plans: [], exitCode: 4 });
  });

  it('is named in one warning where it means nothing', () => {
    const { warnings } = runOf(
      '--mmap 1 --temp-path /x --aggressive --backoff 0 --ionice-class idle',
    );
    expect(warnings).toEqual([
      'ignored, for want of a meaning here: --temp-path, --aggressive, --ionice-class',
    ]);
    expect(runOf('--mmap 1 -b 100').warnings).toEqual([expect.stringContaining('--backoff')]);
  });
});

describe('the machine and the clock', () => {
  it('go by the CPUs of --taskset, but not for the number of instances', () => {
    const plan = planOf(`--mmap 0 --timeout 1 ${VIRTUAL} --taskset 0,2-3,7`);
    expect([plan.machine?.cpus, plan.tasks]).toEqual([4, 32]);
    expect(planOf(`--mmap 0 --timeout 1 ${VIRTUAL} --cpus 8 --taskset even`)).toMatchObject({
      tasks: 8,
      machine: { cpus: 4 },
    });
  });

  it('has percentages of its memory', () => {
    const [entry] = entriesOf(`--mmap 1 --mmap-bytes 50% --timeout 1 ${VIRTUAL}`);
    expect(entry!.options['bytes']).toBe(192 * 1024 ** 3);
  });

  it('runs every round as long as --timeout says', () => {
    expect(planOf('--mmap 1 --timeout 2s --rounds 5')).toMatchObject({
      ...{ rounds: 5, timeoutSeconds: 10 },
    });
    expect(planOf(`--mmap 1 --timeout 2s --seeds 20 ${VIRTUAL}`)).toMatchObject({
      ...{ rounds: 20, timeoutSeconds: 40 },
    });
  });

  it('has a day side by side, and for ever', () => {
    expect(planOf('--mmap 1').timeoutSeconds).toBe(86_400);
    expect(runOf('--mmap 1').timeout).toEqual({ seconds: 86_400, isDefault: true });
    expect(planOf('--mmap 1 --timeout 0').timeoutSeconds).toBe(FOR_EVER_SECONDS);
    expect(runOf('--mmap 1 --timeout 0').timeout).toEqual({ seconds: 0, isDefault: false });
    expect(planOf(`--mmap 1 --mmap-ops 9 ${VIRTUAL}`).timeoutSeconds).toBe(86_400);
    expect(runOf(`--mmap 1 --sequential 0 ${VIRTUAL}`).plans[0]!.timeoutSeconds).toBe(60);
  });

  it('has what else the comparison has', () => {
    const line = `--mmap 1 --timeout 1 --kernels pristine --threshold 4K --rwsem-spin off --seed 7`;
    expect(planOf(`${line} --max-map-count 1000 --thp never --linux 4.17`)).toMatchObject({
      ...{ kernels: ['pristine'], thresholdBytes: 4096, rwsemSpin: false, seed: 7 },
      ...{ maxMapCount: 1000, thp: 'never', linux: '4.17' },
    });
    expect(planOf(`--mmap 1 --timeout 1 --no-rand-seed`).seed).toBe(1);
    const { own } = runOf('--mmap 1 --quiet --format csv --save a.json --no-color');
    expect([...own.switches].sort()).toEqual(['no-color', 'quiet']);
    expect(own.settings.get('format')?.text).toBe('csv');
    expect(own.settings.get('color')?.text).toBe('never');
  });
});

describe('wishes', () => {
  it('are data', () => {
    const line = '--mmap 1 --metrics-brief --times --sn --yaml a.yaml --log-file b --log-brief';
    expect(runOf(`${line} --timestamp -v -q -n --stdout --stderr`).wishes).toEqual({
      ...{ metrics: 'brief', perf: false, times: true, yaml: 'a.yaml', scientific: true },
      ...{ logFile: 'b', logBrief: true, timestamp: true, verbose: true, quiet: true },
      ...{ dryRun: true, stream: 'stderr' },
    });
    expect(runOf('--mmap 1 --metrics --quiet --stderr --stdout').wishes).toMatchObject({
      ...{ metrics: 'full', quiet: true, stream: 'stdout' },
    });
  });

  it('are settings of the run as well', () => {
    expect(
      planOf('--mmap 1 --verify --page-in --no-madvise --mmap-compat 0.15.06').stress,
    ).toMatchObject({ compat: '0.15.06', verify: true, pageIn: true, noMadvise: true });
  });
});
