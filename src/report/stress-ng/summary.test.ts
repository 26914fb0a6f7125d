import { describe, expect, it } from 'vitest';
import { COMPATS, type Compat } from '../../plan/stress.js';
import { frameMessage, info, metrc, type MessageFrame } from './message.js';
import { openingMessages, type Opening } from './opening.js';
import { summaryMessages, type SummaryChoice } from './summary.js';
import { entryOf, instanceOf, runOf } from './testing/synthetic-stress-run.js';
import type { StressRun } from './stress-run.js';

const FRAME: MessageFrame = {
  program: 'mmsem-bench',
  pid: 123,
  compat: 'head',
  brief: false,
  timestamp: false,
};
const AT = new Date('2026-11-22T07:08:09.076');

describe('a message', () => {
  it.each([
    [info('x'), {}, 'mmsem-bench: info:  [123] x'],
    [metrc('x'), {}, 'mmsem-bench: metrc: [123] x'],
    [{ type: 'debug', text: 'x' }, {}, 'mmsem-bench: debug: [123] x'],
    [{ type: 'error', text: 'x' }, {}, 'mmsem-bench: error: [123] x'],
    [{ type: 'fail', text: 'x' }, {}, 'mmsem-bench: fail:  [123] x'],
    [{ type: 'warn', text: 'x' }, {}, 'mmsem-bench: warn:  [123] x'],
    [metrc('  x '), { brief: true }, '  x '],
    [metrc('x'), { timestamp: true }, 'mmsem-bench: 07:08:09.07 metrc: [123] x'],
    [metrc('x'), { compat: '0.09.31' }, 'mmsem-bench: info:  [123] x'],
    [{ type: 'warn', text: 'x' }, { compat: '0.09.31' }, 'mmsem-bench: info:  [123] x'],
  ] as const)('%j %j is %j', (message, overrides, line) => {
    expect(frameMessage({ ...FRAME, ...overrides }, message, AT)).toBe(line);
  });
});

describe('before a run', () => {
  const lines = (overrides: Partial<Opening>): string[] =>
    openingMessages({
      compat: '0.15.06',
      timeoutSeconds: 3,
      isDefault: false,
      entries: [
        { stressor: 'mmap', instances: 2 },
        { stressor: 'page_fault1', instances: 1 },
      ],
      ...overrides,
    }).map(({ text }) => text);

  it('its length and its stressors are told', () => {
    expect(lines({})).toEqual([
      'setting to a 3 second run per stressor',
      'dispatching hogs: 2 mmap, 1 page-fault1',
    ]);
    expect(lines({ compat: '0.09.31' })).toHaveLength(1);
    expect(lines({ isDefault: true, timeoutSeconds: 86_400 })[0]).toBe(
      'defaulting to a 86400 second (1 day, 0.00 secs) run per stressor',
    );
  });

  // Those of 0.15.06 are what it printed.
  it.each<[Compat, number, string]>([
    ['0.15.06', 60, 'a 60 second run'],
    ['0.15.06', 61, 'a 61 second (1 min, 1.00 secs) run'],
    ['0.15.06', 120, 'a 120 second (2 mins, 0.00 secs) run'],
    ['0.15.06', 7200, 'a 7200 second (2 hours, 0.00 secs) run'],
    ['0.15.06', 90_061, 'a 90061 second (1 day, 1 hour, 1 min, 1.00 secs) run'],
    ['0.15.06', 31_556_926, 'a 31556926 second (365 days, 5 hours, 48 mins, 46.00 secs) run'],
    ['0.15.06', 0, 'a 0 second run'],
    ['head', 1, 'a 1 secs run'],
    ['head', 65, 'a 1 min 5 secs run'],
    ['head', 300, 'a 5 mins run'],
    ['head', 0.5, 'a 0.50 secs run'],
    ['head', 0, 'an infinite run'],
  ])('%s says of %d s: %s', (compat, timeoutSeconds, words) => {
    expect(lines({ compat, timeoutSeconds })[0]).toBe(`setting to ${words} per stressor`);
  });
});

describe('an instance that ended before its time', () => {
  const goal = { seconds: 60, opsPerInstance: 10 };
  const early = { bogoOps: 3, realNs: 3.5e9 };
  const said = (
    instance: Parameters<typeof instanceOf>[0],
    overrides: Partial<StressRun> = {},
    seconds = goal.seconds,
  ): string[] => {
    const entry = entryOf('page_fault1', [instanceOf(instance)]);
    const run = runOf([{ ...entry, goal: { ...goal, seconds } }], overrides);
    return summaryMessages(run, { metrics: null, perf: false, times: false }).flatMap(
      ({ type, text }) => (type === 'warn' ? [text] : []),
    );
  };

  it('is a warning, in the words of the release', () => {
    const words = 'page-fault1: WARNING: finished prematurely after just';
    expect(said(early)).toEqual([`${words} 3.50s`]);
    expect(said(early, { compat: 'head' })).toEqual([`${words} 3.50 secs`]);
    expect(said({ ...early, realNs: 70e9 }, {}, 90)).toEqual([`${words} 70.00s (1 min, 10.00 secs)`]);
  });

  it('is none if it was done, was stopped, or has a reason of its own', () => {
    expect(said({ ...early, bogoOps: 10 })).toEqual([]);
    expect(said({ ...early, realNs: 59e9 })).toEqual([]);
    expect(said(early, { isComplete: false })).toEqual([]);
    expect(said({ ...early, shortages: ['no memory'] })).toEqual([
      'page-fault1: instance 0 ended early, out of system resources: no memory',
    ]);
  });
});

describe('after a run', () => {
  const ALL: SummaryChoice = {
    metrics: { brief: false, scientific: false },
    perf: true,
    times: true,
  };
  const NONE: SummaryChoice = { metrics: null, perf: false, times: false };
  const lines = (run: StressRun, choice = NONE): string[] =>
    summaryMessages(run, choice).map(({ type, text }) => `${type} ${text}`);
  const well = entryOf('mmap', [instanceOf(), instanceOf({ instance: 1 })]);

  it.each<[Compat, number, string]>([
    ['0.09.31', 3.02, '3.02s'],
    ['0.15.06', 60, '60.00s'],
    ['0.15.06', 65, '65.00s (1 min, 5.00 secs)'],
    ['head', 3.02, '3.02 secs'],
    ['head', 62.5, '1 min 2.50 secs'],
    ['head', 300.001, '5 mins'],
  ])('%s says of %d s: %s', (compat, durationSeconds, words) => {
    const run = runOf([well], { compat, durationSeconds });
    expect(lines(run).at(-1)).toBe(`info successful run completed in ${words}`);
  });

  it('blocks come in the order of the release, behind the name of the kernel', () => {
    const orders = COMPATS.map((compat) =>
      lines(runOf([well], { compat, sharedMm: compat === 'head' }), ALL)
        .map((line) => /kernel|stressor|mmap:$|run time|successful|skipped/.exec(line)?.[0])
        .filter((found) => found !== undefined)
        .join(' '),
    );
    expect(orders).toEqual([
      'kernel successful stressor mmap: run time',
      'kernel stressor mmap: run time successful',
      'kernel stressor mmap: run time skipped successful',
    ]);
    const [first] = lines(runOf([well], { sharedMm: true }));
    expect(first).toBe(
      'info kernel: pristine (all instances are threads of one address space)',
    );
  });

  it('failures and wants are told of each instance, and counted by HEAD', () => {
    const bad = entryOf('vm', [
      instanceOf(),
      instanceOf({ instance: 1, shortages: ['no memory'] }),
      instanceOf({ instance: 2, failures: ['page 5 is not what was written'] }),
    ]);
    expect(lines(runOf([well, bad], { compat: 'head' })).slice(1)).toEqual([
      'warn vm: instance 1 ended early, out of system resources: no memory',
      'fail vm: instance 2: page 5 is not what was written',
      'info skipped: 1: vm (1)',
      'info passed: 3: mmap (2) vm (1)',
      'info failed: 1: vm (1)',
      'info metrics untrustworthy: 0',
      'info unsuccessful run completed in 3.02 secs',
    ]);
    const want = entryOf('vm', [instanceOf({ shortages: ['no memory'] })]);
    expect(lines(runOf([want])).at(-1)).toMatch(/^info successful/);
  });
});
