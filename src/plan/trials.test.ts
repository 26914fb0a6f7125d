import { describe, expect, test } from 'vitest';
import type { Plan } from './plan.js';
import { kernelLabels } from './plan.js';
import { measuredTrials, roundPhases, warmUpTrials } from './trials.js';

function planWith(changes: Partial<Plan>): Plan {
  return {
    engine: 'threads',
    stressor: 'fault-munmap',
    kernels: ['pristine', 'patched'],
    tasks: 4,
    writers: 0,
    writerGapNs: 1_000_000,
    mms: 1,
    mmapBytes: 2 ** 30,
    bytesPerTask: 2 ** 28,
    thresholdBytes: 2 ** 30,
    maxMapCount: 65530,
    rwsem: 'fifo-4.17',
    rwsemSpin: true,
    rounds: 6,
    timeoutSeconds: 12,
    seed: 1,
    ...changes,
  };
}

describe('measuredTrials', () => {
  test('runs the kernels A B B A, every kernel once a round', () => {
    const order = measuredTrials(planWith({ rounds: 4 })).map((trial) => trial.kernelIndex);
    expect(order).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
  });

  test('divides the time of a kernel among its rounds', () => {
    const trials = measuredTrials(planWith({ rounds: 6, timeoutSeconds: 12 }));
    expect(trials.map((trial) => trial.seconds)).toEqual(trials.map(() => 2));
  });

  test('starts all kernels of a round from the same phases and the same seed', () => {
    const trials = measuredTrials(planWith({}));
    for (const trial of trials) {
      const first = trials.find((other) => other.round === trial.round)!;
      expect(trial.phases).toBe(first.phases);
      expect(trial.seed).toBe(first.seed);
    }
  });

  test('gives repeated kernels trials of their own', () => {
    const trials = measuredTrials(planWith({ kernels: ['pristine', 'pristine'], rounds: 3 }));
    expect(trials.filter((trial) => trial.kernelIndex === 1)).toHaveLength(3);
  });
});

describe('further batches of measuredTrials', () => {
  const plan = planWith({ rounds: 3 });
  const batches = [0, 1, 2].map((batch) => measuredTrials(plan, batch));

  test('number rounds and trials on, and go on with seeds and the order of kernels', () => {
    const all = batches.flat();
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index));
    expect(all.map(({ round }) => round)).toEqual(all.map((_, index) => Math.floor(index / 2)));
    expect(all.map(({ seed }) => seed)).toEqual(all.map(({ round }) => 1 + round));
    const order = all.map(({ kernelIndex }) => kernelIndex).join('');
    expect(order).toBe('011001100110011001');
  });

  test('start from phases of their own, which go through the whole cycle again', () => {
    expect(batches[0]).toEqual(measuredTrials(plan));
    const phases = batches.map((trials) => trials.map((trial) => trial.phases[0]!));
    expect(new Set(phases.flat()).size).toBe(9);
    for (const batch of phases) {
      const steps = [...new Set(batch.map((phase) => Math.floor(3 * phase)))];
      expect(steps.sort((a, b) => a - b)).toEqual([0, 1, 2]);
    }
  });
});

describe('roundPhases', () => {
  test('spreads the tasks evenly over the cycle in every round', () => {
    for (const phases of roundPhases(planWith({ tasks: 4 }))) {
      const sorted = [...phases].sort((a, b) => a - b);
      for (let i = 1; i < sorted.length; i++) {
        expect(sorted[i]! - sorted[i - 1]!).toBeCloseTo(1 / 4, 10);
      }
    }
  });

  test('takes every task through the whole cycle in equal steps over the rounds', () => {
    const phases = roundPhases(planWith({ rounds: 10 })).map((round) => round[0]!);
    const sorted = phases.sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) {
      expect(sorted[i]! - sorted[i - 1]!).toBeCloseTo(1 / 10, 10);
    }
  });

  test('stays inside the cycle and depends on the seed alone', () => {
    const phases = roundPhases(planWith({ seed: 7 }));
    expect(phases.flat().every((phase) => phase >= 0 && phase < 1)).toBe(true);
    expect(roundPhases(planWith({ seed: 7 }))).toEqual(phases);
    expect(roundPhases(planWith({ seed: 8 }))).not.toEqual(phases);
  });
});

test('warmUpTrials has one short trial per kernel, in round -1', () => {
  const trials = warmUpTrials(planWith({ timeoutSeconds: 600 }));
  expect(trials.map((trial) => [trial.round, trial.kernel, trial.seconds])).toEqual([
    [-1, 'pristine', 1],
    [-1, 'patched', 1],
  ]);
});

test('kernelLabels tells repeated kernels apart', () => {
  expect(kernelLabels(['a', 'b', 'a', 'a'])).toEqual(['a', 'b', 'a#2', 'a#3']);
});
