/** The threads engine as it is built: its workers are files that node loads. */
import { afterEach, describe, expect, test } from 'vitest';
import type * as EngineModule from './engine.js';
import type * as TrialModule from './trial.js';
import { kernelNames } from '../../mm/kernels.js';
import { MM, SEM } from '../../mm/layout.js';
import type { Plan } from '../../plan/plan.js';
import { measuredTrials } from '../../plan/trials.js';
import type { RunHooks } from '../engine.js';

const DIST = new URL('../../../dist/engine/threads/', import.meta.url);
const engine = (await import(new URL('engine.js', DIST).href)) as typeof EngineModule;
const trials = (await import(new URL('trial.js', DIST).href)) as typeof TrialModule;

const MIB = 2 ** 20;

function planWith(changes: Partial<Plan>): Plan {
  return {
    engine: 'threads',
    stressor: 'fault-munmap',
    kernels: ['pristine', 'patched'],
    tasks: 2,
    writers: 0,
    writerGapNs: 1_000_000,
    mms: 1,
    mmapBytes: 64 * MIB,
    bytesPerTask: 32 * MIB,
    thresholdBytes: 4096,
    maxMapCount: 65530,
    rwsem: 'fifo-4.17',
    rwsemSpin: true,
    rounds: 2,
    timeoutSeconds: 0.4,
    seed: 1,
    ...changes,
  };
}

const hung: string[] = [];
let abort = new AbortController();
afterEach(() => {
  hung.length = 0;
  abort = new AbortController();
});

function hooks(changes: Partial<RunHooks> = {}): RunHooks {
  return {
    signal: abort.signal,
    onProgress: () => undefined,
    onHungTask: (report) => hung.push(report),
    ...changes,
  };
}

describe('fault-munmap', () => {
  test('measures every kernel in every round, and faults, munmaps and holds add up', async () => {
    const run = await engine.threadsEngine.run(planWith({}), hooks());
    expect(run.trials.map((trial) => [trial.round, trial.kernelIndex])).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
    ]);
    for (const { counters, mmapSem, peaks, complete } of run.trials) {
      expect(complete).toBe(true);
      expect(counters.faultsMinor).toBeGreaterThan(10_000);
      // A fault is total on entry and minor on success; some are between while they are counted.
      expect(counters.faultsTotal).toBeGreaterThanOrEqual(counters.faultsMinor);
      expect(counters.faultsTotal).toBeLessThan(counters.faultsMinor * 1.001);
      expect(counters.sigsegv + counters.outOfMemory + counters.failedCalls).toBe(0);
      expect(counters.munmapCalls).toBeGreaterThan(0);
      expect(mmapSem.writeHold.count).toBeGreaterThanOrEqual(counters.munmapCalls);
      expect(mmapSem.readWait.count).toBeGreaterThanOrEqual(counters.faultsMinor);
      expect(peaks.rssPagesMax).toBeLessThanOrEqual(64 * 256);
      expect(peaks.mapCountMax).toBeGreaterThan(0);
    }
    expect(hung).toEqual([]);
  });

  test('holds mmap_sem once per pristine munmap and twice per patched one', async () => {
    const run = await engine.threadsEngine.run(
      planWith({ tasks: 1, bytesPerTask: 64 * MIB }),
      hooks(),
    );
    for (const { kernelIndex, counters, mmapSem } of run.trials) {
      const holds = counters.mmapCalls + (kernelIndex === 0 ? 1 : 2) * counters.munmapCalls;
      // The call under way when the window closes is finished and recorded, but not counted.
      expect(mmapSem.writeHold.count - holds).toBeLessThanOrEqual(3);
      expect(mmapSem.writeHold.count - holds).toBeGreaterThanOrEqual(0);
    }
  });

  test('keeps the tasks of different address spaces out of each other’s way', async () => {
    const plan = planWith({ tasks: 4, mms: 4, bytesPerTask: 16 * MIB });
    const run = await engine.threadsEngine.run(plan, hooks());
    for (const { mmapSem } of run.trials) {
      expect(mmapSem.readWait.summary().max).toBe(0);
      expect(mmapSem.writeWait.summary().max).toBe(0);
    }
  });

  test('measures further batches of rounds for as long as more are wanted', async () => {
    const asked: number[] = [];
    const rounds = new Set<number>();
    const run = await engine.threadsEngine.run(planWith({ timeoutSeconds: 0.1 }), {
      ...hooks(),
      onProgress: (progress) => rounds.add(progress.rounds),
      wantsMore: (trials, batches) => asked.push(trials.length) > 0 && batches < 3,
    });
    expect(asked).toEqual([4, 8, 12]);
    expect(run.trials.map(({ round }) => round)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect([...rounds].sort()).toEqual([2, 4, 6]);
    expect(run.partial).toBe(false);
  });

  test('ends the trial under way when it is aborted, and says so', async () => {
    const plan = planWith({ rounds: 100, timeoutSeconds: 100 });
    const run = await engine.threadsEngine.run(plan, {
      ...hooks(),
      onProgress: ({ stage }) => {
        if (stage === 'measuring') abort.abort();
      },
    });
    expect(run.partial).toBe(true);
    expect(run.trials.length).toBeLessThan(10);
    expect(run.trials.at(-1)?.complete).toBe(false);
  });
});

describe('munmap-storm', () => {
  test.each([2, 8])(
    '%i tasks lose no page and see no foreign content, 4K threshold',
    async (tasks) => {
      const plan = planWith({
        stressor: 'munmap-storm',
        kernels: kernelNames(),
        tasks,
        rounds: 2,
        timeoutSeconds: 2,
      });
      const run = await engine.threadsEngine.run(plan, hooks());
      for (const { counters } of run.trials) {
        expect(counters.munmapCalls).toBeGreaterThan(20);
        expect(counters.sigsegv).toBeGreaterThan(20);
        expect(counters.faultsMinor).toBeGreaterThan(20);
      }
    },
  );
});

describe('a lock that is never released', () => {
  test('is reported with who waits and who holds it, and fails the run', async () => {
    const plan = planWith({});
    const km = engine.boot(plan);
    const sem = km.mmAt(0) + MM.sem;
    // As a writer leaves it that forgets up_write.
    km.words[sem + SEM.count] = -0xffff;
    km.words[sem + SEM.owner] = 2;
    const pool = engine.startWorkers(plan.tasks);
    const watch = {
      signal: abort.signal,
      onTick: () => undefined,
      onHungTask: (report: string) => hung.push(report),
    };
    try {
      await expect(
        trials.runTrial(pool, km, plan, measuredTrials(plan)[0]!, watch, {
          reportSeconds: 1,
          failSeconds: 3,
        }),
      ).rejects.toThrow(/no task has made progress for \d+ s/);
    } finally {
      await pool.destroy();
    }
    expect(hung.join('\n')).toMatch(/waits for mmap_sem of address space 0 for write/);
    expect(hung.join('\n')).toMatch(/held for write by task 1/);
  });
});
