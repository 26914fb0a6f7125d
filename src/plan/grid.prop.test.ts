import { array, assert, integer, property, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridPoint, gridSize, pointText, type Axis } from './grid.js';

const AXES: readonly Axis[] = [
  { name: 'tasks', values: ['1', '2'] },
  { name: 'zapPageNs', values: ['100', '118', '240'] },
];

describe('a grid', () => {
  it('goes through the last axis fastest, in the order given', () => {
    const points = Array.from({ length: gridSize(AXES) }, (_, index) => pointText(AXES, index));
    expect(points).toEqual([
      'tasks=1 zapPageNs=100',
      'tasks=1 zapPageNs=118',
      'tasks=1 zapPageNs=240',
      'tasks=2 zapPageNs=100',
      'tasks=2 zapPageNs=118',
      'tasks=2 zapPageNs=240',
    ]);
  });

  it('has one point without axes', () => {
    expect(gridSize([])).toBe(1);
    expect(gridPoint([], 0)).toEqual([]);
  });

  it('is the nested loops over its axes, whatever their lengths', () => {
    const values = uniqueArray(integer({ min: 0, max: 99 }).map(String), {
      minLength: 1,
      maxLength: 4,
    });
    assert(
      property(array(values, { maxLength: 4 }), (lists) => {
        const axes = lists.map((list, axis) => ({ name: `axis${axis}`, values: list }));
        const nested = lists.reduce<string[][]>(
          (points, list) => points.flatMap((point) => list.map((value) => [...point, value])),
          [[]],
        );
        expect(Array.from({ length: gridSize(axes) }, (_, i) => gridPoint(axes, i))).toEqual(
          nested,
        );
      }),
    );
  });
});
