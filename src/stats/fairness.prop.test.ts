import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jainIndex } from './fairness.js';

/** At least one share is not 0. */
const shares = tuple(integer({ min: 1, max: 1e9 }), array(nat(1e9), { maxLength: 30 })).map(
  ([first, rest]) => [first, ...rest],
);

describe('jainIndex', () => {
  it('lies between one task that gets all and all that get the same', () => {
    assert(
      property(shares, (sample) => {
        const jain = jainIndex(sample)!;
        expect(jain).toBeGreaterThanOrEqual(1 / sample.length - 1e-12);
        expect(jain).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('of k equal shares among n is k/n', () => {
    assert(
      property(
        integer({ min: 1, max: 1e9 }),
        integer({ min: 1, max: 20 }),
        nat(20),
        (x, k, rest) => {
          const sample = [...Array<number>(k).fill(x), ...Array<number>(rest).fill(0)];
          expect(jainIndex(sample)).toBeCloseTo(k / (k + rest), 12);
        },
      ),
    );
  });

  it('does not care for order or unit, however large or small', () => {
    assert(
      property(shares, (sample) => {
        const jain = jainIndex(sample)!;
        expect(jainIndex([...sample].reverse())).toBeCloseTo(jain, 12);
        for (const unit of [1e-200, 7, 1e200]) {
          expect(jainIndex(sample.map((share) => share * unit))).toBeCloseTo(jain, 12);
        }
      }),
    );
  });

  it('rises when somebody gives half of the difference to one who has less', () => {
    assert(
      property(shares, nat(), nat(), (sample, i, j) => {
        const [rich, poor] = [i % sample.length, j % sample.length];
        const evened = [...sample];
        evened[rich] = evened[poor] = (sample[rich]! + sample[poor]!) / 2;
        expect(jainIndex(evened)!).toBeGreaterThanOrEqual(jainIndex(sample)! - 1e-12);
      }),
    );
  });

  it('does not exist when there is nothing to share', () => {
    expect(jainIndex([])).toBeNull();
    expect(jainIndex([0, 0])).toBeNull();
  });
});
