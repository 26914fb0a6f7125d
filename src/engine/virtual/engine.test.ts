import { describe, expect, it } from 'vitest';
import type { Plan } from '../../plan/plan.js';
import { RunFailed, type Progress, type RunHooks } from '../engine.js';
import { engineOn, type Pool } from './engine.js';
import { planWith } from './testing/assignments.js';
import work, { type Answer, type Assignment } from './worker.js';

/** A pool in this thread; `answer` is what becomes of the answers, by their number. */
class LocalPool implements Pool {
  readonly assignments: Assignment[] = [];
  isOpen = true;
  readonly #answer: (answer: Answer, number: number) => Answer;

  constructor(answer: (answer: Answer, number: number) => Answer = (same) => same) {
    this.#answer = answer;
  }

  run(assignment: Assignment): Promise<unknown> {
    const number = this.assignments.push(assignment) - 1;
    return Promise.resolve(structuredClone(this.#answer(work(assignment), number)));
  }

  destroy(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }
}

const SMALL = planWith({ mmapBytes: 2 ** 20, rounds: 2, timeoutSeconds: 0.002 });

function runOn(pool: Pool, changes: Partial<RunHooks> = {}, plan: Plan = SMALL) {
  const hooks: RunHooks = {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onHungTask: () => undefined,
    ...changes,
  };
  return engineOn(() => pool).run(plan, hooks);
}

/** The answer with one event more in one counter. */
function tampered(answer: Answer): Answer {
  if ('failed' in answer) return answer;
  const { trial } = answer;
  const counters = { ...trial.counters, mmapCalls: trial.counters.mmapCalls + 1 };
  return { trial: { ...trial, counters } };
}

describe('the virtual engine', () => {
  it('returns the trials in the order of the plan, whatever the order they were done in', async () => {
    const progress: Progress[] = [];
    const pool = new LocalPool();
    const late: Pool = {
      run: async (assignment) => {
        const answer = await pool.run(assignment);
        for (let i = assignment.trial.sequence; i < 10; i++) await Promise.resolve();
        return answer;
      },
      destroy: () => pool.destroy(),
    };
    const run = await runOn(late, { onProgress: (state) => progress.push(state) });
    expect(run.trials.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    expect(run.partial).toBe(false);
    expect(progress.map(({ trialsDone }) => trialsDone)).toEqual([1, 2, 3, 4]);
    expect(pool.isOpen).toBe(false);
  });

  it('warns of more tasks than CPUs', async () => {
    const crowded = planWith({ mmapBytes: 2 ** 20 }, 4);
    expect((await runOn(new LocalPool(), {}, crowded)).notes.join()).toContain('share the 4 CPUs');
    expect((await runOn(new LocalPool())).notes).toEqual([]);
  });

  it('fails with what a simulation failed of, and closes the pool', async () => {
    const pool = new LocalPool(() => ({ failed: 'nobody can get any further' }));
    const run = runOn(pool);
    await expect(run).rejects.toThrow(RunFailed);
    await expect(run).rejects.toThrow(/^nobody can get any further$/);
    expect(pool.isOpen).toBe(false);
  });
});

describe('wantsMore', () => {
  it('is asked after every whole batch, with all that was measured, and decides about the next', async () => {
    const asked: [number, number][] = [];
    const progress: Progress[] = [];
    const run = await runOn(new LocalPool(), {
      onProgress: (state) => progress.push(state),
      wantsMore: (trials, batches) => {
        asked.push([trials.length, batches]);
        return batches < 3;
      },
    });
    expect(asked).toEqual([
      [4, 1],
      [8, 2],
      [12, 3],
    ]);
    expect(run.partial).toBe(false);
    expect(run.trials.map(({ sequence }) => sequence)).toEqual([...Array(12).keys()]);
    expect(run.trials.at(-1)!.round).toBe(5);
    expect(progress.map(({ trialsDone }) => trialsDone)).toEqual([...Array(13).keys()].slice(1));
    expect(new Set(progress.map(({ rounds }) => rounds))).toEqual(new Set([2, 4, 6]));
    expect(run.trials.slice(0, 4)).toEqual((await runOn(new LocalPool())).trials);
    const hashes = new Set(run.trials.map(({ simulated }) => simulated!.traceHash));
    expect(hashes.size).toBe(12);
  });

  it('is not asked about a run that a signal ended, which is partial', async () => {
    const stop = new AbortController();
    const pool = new LocalPool();
    const obedient: Pool = {
      run: (assignment, { signal }) => {
        return signal.aborted ? Promise.reject(new Error('aborted')) : pool.run(assignment);
      },
      destroy: () => pool.destroy(),
    };
    let asked = 0;
    const run = await runOn(obedient, {
      signal: stop.signal,
      wantsMore: () => {
        asked += 1;
        stop.abort();
        return true;
      },
    });
    expect(asked).toBe(1);
    expect(run.partial).toBe(true);
    expect(run.trials).toHaveLength(4);
  });
});

describe('checkDeterminism', () => {
  it('simulates everything twice, and is content with what is the same', async () => {
    const pool = new LocalPool();
    const run = await runOn(pool, { checkDeterminism: true });
    expect(pool.assignments).toHaveLength(8);
    expect(run.trials).toHaveLength(4);
    expect(run.trials).toEqual((await runOn(new LocalPool())).trials);
  });

  it.each([0, 3, 7])('fails when answer %i is off by one event, and says where', async (odd) => {
    const pool = new LocalPool((answer, i) => (i === odd ? tampered(answer) : answer));
    await expect(runOn(pool, { checkDeterminism: true })).rejects.toThrow(
      /^(pristine|patched), round [01], came out differently the second time: trace hashes \w{16} and \w{16}$/,
    );
  });

  it('without it, nobody would notice', async () => {
    const pool = new LocalPool((answer, i) => (i === 3 ? tampered(answer) : answer));
    await expect(runOn(pool)).resolves.toMatchObject({ partial: false });
  });
});
