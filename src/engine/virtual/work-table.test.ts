import { describe, expect, it } from 'vitest';
import { COST } from '../../mm/op.js';
import { runAll, COSTS, modelWith } from './testing/small-machine.js';
import { DRAW_BITS, workTable } from './work-table.js';

const DRAWS = 2 ** DRAW_BITS;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => value ** 2)) - mean(values) ** 2);

function drawsOf(cost: number, costs: Partial<typeof COSTS>): number[] {
  const { drawn } = workTable({ ...COSTS, ...costs }).alone;
  return [...drawn.subarray(cost * DRAWS, (cost + 1) * DRAWS)];
}

describe('workTable', () => {
  it.each([
    { ns: 1, percent: 50 },
    { ns: 85, percent: 50 },
    { ns: 1234, percent: 7 },
    { ns: 100_000, percent: 100 },
  ])('$ns ns +- $percent % are whole ns around the very mean, evenly spread', ({ ns, percent }) => {
    const draws = drawsOf(COST.zeroPage, { zeroPageNs: ns, workSpreadPercent: percent });
    expect(draws).toHaveLength(DRAWS);
    expect(draws.every((draw) => Number.isInteger(draw) && draw >= 0)).toBe(true);
    expect(mean(draws)).toBe(ns);
    const reach = (ns * percent) / 100;
    expect(Math.max(...draws)).toBeLessThanOrEqual(ns + Math.round(reach));
    // A uniform distribution's; whole ns add up to half of one.
    expect(Math.abs(deviation(draws) - reach / Math.sqrt(3))).toBeLessThan(0.5);
  });

  it('crowded work takes so much longer, and spreads as much more', () => {
    const { alone, crowded } = workTable({ ...COSTS, smtPercent: 150, workSpreadPercent: 20 });
    expect(crowded.mean[COST.pteWork]).toBe(alone.mean[COST.pteWork]! * 1.5);
    const last = COST.pteWork * DRAWS + DRAWS - 1;
    expect([alone.drawn[last], crowded.drawn[last]]).toEqual([120, 180]);
  });
});

describe('charge', () => {
  const PIECES = 20_000;
  const taken: number[] = [];
  const model = modelWith(1, { faultEntryNs: 1000, workSpreadPercent: 50, sliceNs: 1e9 });
  runAll(model, [
    function* (cpu) {
      for (let i = 0; i < PIECES; i++) {
        const before = cpu.timeNs;
        cpu.charge(COST.faultEntry, 1);
        taken.push(cpu.timeNs - before);
      }
      const before = cpu.timeNs;
      cpu.charge(COST.faultEntry, 10);
      taken.push(cpu.timeNs - before);
    },
  ]);
  const bulk = taken.pop();

  it('of one piece draws evenly from the table', () => {
    const standardError = 500 / Math.sqrt(3 * PIECES);
    expect(Math.abs(mean(taken) - 1000)).toBeLessThan(4 * standardError);
    expect(Math.abs(deviation(taken) / (500 / Math.sqrt(3)) - 1)).toBeLessThan(0.02);
    expect(new Set(taken).size).toBeGreaterThan(DRAWS - 8);
  });

  it('of one piece says nothing about the next', () => {
    const pairs = taken.slice(1).map((ns, i) => (ns - 1000) * (taken[i]! - 1000));
    expect(Math.abs(mean(pairs)) / deviation(taken) ** 2).toBeLessThan(4 / Math.sqrt(PIECES));
  });

  it('of many pieces at once takes the mean of each', () => {
    expect(bulk).toBe(10_000);
  });
});
