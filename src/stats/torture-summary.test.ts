import { describe, expect, it } from 'vitest';
import type { TortureTaskSamples } from '../samples/torture-samples.js';
import { TORTURE_PLAN, syntheticTorture, tortureTask } from './testing/synthetic-torture.js';
import { summarizeTorture, type TortureTrial } from './torture-summary.js';

/** The one trial of a run in which these tasks did this. */
function trialOf(tasks: readonly TortureTaskSamples[]): TortureTrial {
  const trials = [{ policy: 'fifo-4.17', seconds: 2, complete: true, tasks }];
  return summarizeTorture(TORTURE_PLAN, syntheticTorture(TORTURE_PLAN, { trials })).trials[0]!;
}

describe('summarizeTorture', () => {
  it('adds up the tasks of a class, and leaves out classes without tasks', () => {
    const plan = { ...TORTURE_PLAN, writers: 0 };
    const [trial] = summarizeTorture(plan, syntheticTorture(plan)).trials;
    expect(trial!.classes.map(({ role, tasks }) => [role, tasks])).toEqual([
      ['reader', 2],
      ['downgrader', 1],
    ]);
    expect(trial!.classes[0]).toMatchObject({
      acquisitions: 3,
      acquisitionsPerSecond: 1.5,
      contended: 2,
      contendedShare: 2 / 3,
      perTask: { min: 1, mean: 1.5, max: 2 },
      jain: 0.9,
    });
  });

  it('takes percentiles of all waits of a class, those of 0 ns included', () => {
    const { classes } = trialOf([
      tortureTask(TORTURE_PLAN, 0, [0, 0, 0]),
      tortureTask(TORTURE_PLAN, 1, [7000]),
    ]);
    expect(classes[0]!.waitNs).toMatchObject({ count: 4, p50: 0, max: 7000, total: 7000 });
    expect(classes[0]!.holdNs).toMatchObject({ count: 4, max: 1000 });
  });

  it('sums what the lock counted', () => {
    const counts = { writerSteals: 1, readerSteals: 2, spinAcquired: 3, handoffs: 4 };
    const { classes } = trialOf([0, 1].map((task) => tortureTask(TORTURE_PLAN, task, [], counts)));
    expect(classes[0]).toMatchObject({
      writerSteals: 2,
      readerSteals: 4,
      spinAcquired: 6,
      handoffs: 8,
      contendedShare: null,
      jain: null,
    });
  });

  it('names the tasks that waited for longer than the limit', () => {
    const { starved, tasks } = trialOf([
      tortureTask(TORTURE_PLAN, 0, [10e9]),
      tortureTask(TORTURE_PLAN, 1, [0, 10.1e9]),
    ]);
    expect(starved).toEqual([1]);
    expect(tasks[1]!.waitNsMax).toBe(10.1e9);
  });
});
