import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WHOLE, type Shard } from '../plan/shard.js';
import { formatSweep, type SweepDocument } from './sweep-document.js';
import { mergeSweeps, type SweepPart } from './sweep-merge.js';
import { SweepRefused } from './sweep-reader.js';
import { AXES, syntheticDesign, syntheticSweep } from './testing/synthetic-sweep.js';

const whole = syntheticSweep(syntheticDesign());
/** Points are slow to make up. */
const shardOf = (shard: Shard): SweepDocument => {
  const points = whole.points.filter(({ index }) => index % shard.count === shard.index - 1);
  return { ...whole, shard, points };
};
const part = (file: string, document: SweepDocument): SweepPart => ({ file, document });

function refusalOf(...parts: SweepPart[]): string {
  try {
    mergeSweeps(parts);
  } catch (error) {
    expect(error).toBeInstanceOf(SweepRefused);
    return (error as SweepRefused).message;
  }
  throw new Error('merged');
}

describe('merging', () => {
  it('makes the whole of any number of shards in any order, byte by byte', () => {
    assert(
      property(integer({ min: 1, max: 9 }), integer({ min: 0, max: 8 }), (count, turn) => {
        const parts = Array.from({ length: count }, (_, i) => {
          const index = ((i + turn) % count) + 1;
          return part(`${index}.json`, shardOf({ index, count }));
        });
        expect(formatSweep(mergeSweeps(parts))).toBe(formatSweep(whole));
      }),
    );
  });

  it('joins shards of different cuts, as long as they fit', () => {
    const parts = [
      part('even', shardOf({ index: 1, count: 2 })),
      part('a', shardOf({ index: 2, count: 4 })),
      part('b', shardOf({ index: 4, count: 4 })),
    ];
    expect(formatSweep(mergeSweeps(parts))).toBe(formatSweep(whole));
  });

  it('names the shards that are missing, and only those that have points', () => {
    const one = part('1', shardOf({ index: 1, count: 8 }));
    expect(refusalOf(one)).toBe(
      'not complete: shard 2 of 8, shard 3 of 8, shard 4 of 8, shard 5 of 8, shard 6 of 8 missing; ' +
        'give the file of each, which the sweep with --shard i/8 --save FILE makes',
    );
  });

  it('names the points that are missing, and the file that lacks them', () => {
    const first = shardOf({ index: 1, count: 2 });
    const cut = { ...first, points: first.points.slice(0, 1), partial: true };
    expect(refusalOf(part('a', cut), part('b', shardOf({ index: 2, count: 2 })))).toBe(
      `not complete: point 2 (tasks=2 seed=7), point 4 (tasks=4 seed=7) missing; the same sweep ` +
        `with --save 'a' goes on where it ended`,
    );
  });

  it('names points that are there twice', () => {
    const a = part('a', shardOf({ index: 1, count: 3 }));
    expect(refusalOf(a, part('b', shardOf({ index: 2, count: 2 })))).toBe(
      `not disjoint: point 3 (tasks=2 seed=8) is in 'a' and in 'b'; give one file for each shard, ` +
        'all cut by the same n of --shard i/n',
    );
  });

  it('names in what the configurations differ', () => {
    const a = part('a', shardOf({ index: 1, count: 2 }));
    const other = (...how: Parameters<typeof syntheticDesign>): string =>
      refusalOf(a, part('b', syntheticSweep(syntheticDesign(...how), [])));
    expect(other(WHOLE, { mmapBytes: 4096 })).toBe(
      `not of one configuration: plan.mmapBytes is 85899345920 in 'a' and 4096 in 'b'`,
    );
    expect(other(WHOLE, {}, [AXES[0]!, { name: 'seed', values: ['7', '9'] }])).toBe(
      `not of one configuration: axis.seed is 7,8 in 'a' and 7,9 in 'b'`,
    );
    const tool = { ...whole.tool, modelVersion: 99 };
    expect(refusalOf(a, part('b', { ...shardOf({ index: 2, count: 2 }), tool }))).toContain(
      'tool.modelVersion is 1',
    );
    const configuration = { ...whole.configuration, hash: 'f'.repeat(64) };
    const unlike = { ...shardOf({ index: 2, count: 2 }), configuration };
    expect(refusalOf(a, part('b', unlike))).toContain('their points have other plans');
  });
});
