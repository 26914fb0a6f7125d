import { describe, expect, it } from 'vitest';
import { haveSameRounds, pairByRound, seriesOf } from './pairing.js';

const round = (number: number, value: number | null, complete = true) => ({
  ...{ round: number, complete, value },
});
const valueOf = ({ value }: { value: number | null }): number | null => value;

describe('rounds of two kernels or runs', () => {
  const base = seriesOf([round(0, 10), round(1, null), round(2, 12), round(3, 13)], valueOf);
  const candidate = seriesOf([round(3, 33), round(1, 31), round(0, 30)], valueOf);

  it('are paired by their number, whatever their order', () => {
    expect(pairByRound(base, candidate)).toEqual({ base: [10, 13], candidate: [30, 33] });
  });

  it('are those that were measured to their end, and have a value', () => {
    const some = seriesOf([round(0, 1), round(1, null), round(2, 3, false)], valueOf);
    expect([...some]).toEqual([[0, 1]]);
  });

  it('are the same or not', () => {
    expect(haveSameRounds(base, base)).toBe(true);
    // As many, and others.
    expect(haveSameRounds(base, candidate)).toBe(false);
    expect(haveSameRounds(base, new Map([...base].reverse()))).toBe(true);
    expect(haveSameRounds(base, new Map([...base].slice(1)))).toBe(false);
  });
});
