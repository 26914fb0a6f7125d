import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { DRIFT_ROUNDS_MIN, driftOverRounds } from './drift.js';

describe('drift', () => {
  it('is the change from first to last round of rates that steadily fall or rise', () => {
    const falling = Array.from({ length: 10 }, (_, round) => 106 - round * (12 / 9));
    expect(driftOverRounds(falling)).toBeCloseTo(-0.12, 12);
    expect(driftOverRounds([...falling].reverse())).toBeCloseTo(0.12, 12);
  });

  it('is found through a round that is out of order', () => {
    expect(driftOverRounds([100, 99, 97, 96, 80, 93, 92, 90, 89, 88])).toBeCloseTo(-0.13, 1);
  });

  it('is not a small change, however steady', () => {
    const steady = Array.from({ length: 10 }, (_, round) => 100 + round * 0.5);
    expect(driftOverRounds(steady)).toBeNull();
  });

  it('is not a change without order, however large', () => {
    expect(driftOverRounds([100, 60, 110, 70, 90, 130, 65, 120])).toBeNull();
  });

  it('is not claimed from few rounds or from none', () => {
    const few = Array.from({ length: DRIFT_ROUNDS_MIN - 1 }, (_, round) => 100 - 10 * round);
    expect(driftOverRounds(few)).toBeNull();
    expect(driftOverRounds([])).toBeNull();
    expect(driftOverRounds(new Array<number>(10).fill(0))).toBeNull();
  });

  it('is rarely seen in shuffled rounds', () => {
    const prng = new Prng(1, 3_000);
    let alarms = 0;
    for (let run = 0; run < 1_000; run++) {
      const values = Array.from({ length: 10 }, () => 100 + prng.below(1_000) / 10);
      if (driftOverRounds(values) !== null) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(5);
  });
});
