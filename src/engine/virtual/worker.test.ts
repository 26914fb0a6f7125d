import { describe, expect, it, vi } from 'vitest';
import { kernelNames } from '../../mm/kernels.js';
import type { Plan } from '../../plan/plan.js';
import { measuredTrials } from '../../plan/trials.js';
import type { EncodedTrial } from './encoded-trial.js';
import { assignmentsOf, planWith } from './testing/assignments.js';
import type * as WorkerModule from './worker.js';

type Work = typeof WorkerModule.default;

/** What a worker is in which nothing has run yet. */
async function freshWorker(): Promise<Work> {
  vi.resetModules();
  return (await import('./worker.js')).default;
}

function simulate(work: Work, plan: Plan): EncodedTrial[] {
  return assignmentsOf(plan).map((assignment) => {
    const answer = work(assignment);
    if ('failed' in answer) throw new Error(answer.failed);
    return answer.trial;
  });
}

describe('one seed, one result', () => {
  const plans: Record<string, Plan> = {
    'one address space': planWith(),
    'more tasks than CPUs, no spinning': planWith({ rwsem: 'phase-fair-5.3', rwsemSpin: false }, 3),
    'an address space per task': planWith({ mms: 8 }),
  };

  it.each(Object.keys(plans))('%s: whatever the worker did before', async (name) => {
    const plan = plans[name]!;
    const fresh = simulate(await freshWorker(), plan);
    const used = await freshWorker();
    // The same memory, used by another workload and by another seed.
    simulate(used, { ...plan, stressor: 'munmap-storm', kernels: kernelNames(), seed: 99 });
    simulate(used, { ...plan, seed: 5 });
    expect(simulate(used, plan)).toEqual(fresh);
    expect(fresh[0]!.counters.faultsMinor).toBeGreaterThan(500);
    expect(fresh[0]!.simulated?.traceHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('another seed is another result', async () => {
    const work = await freshWorker();
    const hashes = [1, 2, 3].map((seed) => {
      return simulate(work, planWith({ seed })).map((trial) => trial.simulated?.traceHash);
    });
    expect(new Set(hashes.flat()).size).toBe(6);
  });
});

describe('common random numbers', () => {
  it('every kernel of a round begins in the same phases with the same seed', () => {
    const trials = measuredTrials(planWith({ rounds: 3, timeoutSeconds: 0.003 }));
    for (let round = 0; round < 3; round++) {
      const [one, other] = trials.filter((trial) => trial.round === round);
      expect(one!.kernel).not.toBe(other!.kernel);
      expect(one!.phases).toEqual(other!.phases);
      expect(one!.seed).toBe(other!.seed);
    }
    expect(new Set(trials.map(({ seed }) => seed)).size).toBe(3);
  });

  it('a kernel is simulated the same, whoever it is compared with', async () => {
    const work = await freshWorker();
    const kernels = ['patched', 'pristine', 'pristine'];
    const [patched, one, other] = simulate(work, planWith({ kernels }));
    expect(other!.simulated).toEqual(one!.simulated);
    expect(other!.counters).toEqual(one!.counters);
    expect(patched!.simulated).not.toEqual(one!.simulated);
    expect(simulate(work, planWith())[0]!.simulated).toEqual(one!.simulated);
  });
});

it('CPU time: every CPU is accounted for over the window, to the nanosecond', async () => {
  for (const cpus of [3, 8]) {
    for (const { simulated, seconds } of simulate(await freshWorker(), planWith({}, cpus))) {
      const times = Object.values(simulated!.cpuNs);
      for (const ns of times) expect(Number.isInteger(ns)).toBe(true);
      expect(times.reduce((sum, ns) => sum + ns, 0)).toBe(Math.round(seconds * 1e9) * cpus);
    }
  }
});

describe('a simulation that fails', () => {
  const failsIn = async (program: string): Promise<unknown> => {
    vi.resetModules();
    vi.doMock('../../workload/stressors/index.js', async () => {
      const { failingStressor } = await import('./testing/failing-stressor.js');
      return { stressorByName: () => failingStressor(program) };
    });
    try {
      const work = (await import('./worker.js')).default;
      // As it arrives from another thread.
      return structuredClone(work(assignmentsOf(planWith({ tasks: 2, seed: 7 }))[0]!));
    } finally {
      vi.doUnmock('../../workload/stressors/index.js');
    }
  };

  it.each([
    ['sleeps', /^kernel pristine, round 0, seed 7: nobody can get any further after \d/],
    ['spins', /\n {2}task \d spins until the lock of the zone is no longer 1$/],
    [
      'deadlocks',
      /task (\d) waits for mmap_sem of address space 0 for write\n.*held for write by task (?!\1)/,
    ],
    [
      'leaks',
      /^kernel pristine, round 0, seed 7: broken invariants after the window closed:\n {2}/,
    ],
    ['asserts', /^kernel pristine, round 0, seed 7: this never happens$/],
  ])('%s: says so as data, which survives the way from a thread', async (program, expected) => {
    const answer = (await failsIn(program)) as { failed: string };
    expect(answer.failed).toMatch(expected);
  });

  it('throws what is a bug', async () => {
    await expect(failsIn('throws')).rejects.toThrow(TypeError);
  });
});
