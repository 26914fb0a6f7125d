import { assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { isInShard, shardPoints, WHOLE } from './shard.js';

const size = integer({ min: 0, max: 300 });
const count = integer({ min: 1, max: 40 });

function shards(size: number, count: number): number[][] {
  return Array.from({ length: count }, (_, i) => shardPoints(size, { index: i + 1, count }));
}

it('shards hold every point once', () => {
  assert(
    property(size, count, (points, n) => {
      const all = shards(points, n).flat();
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: points }, (_, i) => i));
    }),
  );
});

it('shards are equally long, but for one point', () => {
  assert(
    property(size, count, (points, n) => {
      const lengths = shards(points, n).map(({ length }) => length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});

it('a point knows whether it is in a shard', () => {
  assert(
    property(size, count, (points, n) => {
      for (const [i, shard] of shards(points, n).entries()) {
        const mine = Array.from({ length: points }, (_, point) => point).filter((point) =>
          isInShard(point, { index: i + 1, count: n }),
        );
        expect(mine).toEqual(shard);
      }
    }),
    { numRuns: 30 },
  );
});

it('the whole is the only shard of one', () => {
  expect(shardPoints(4, WHOLE)).toEqual([0, 1, 2, 3]);
});
