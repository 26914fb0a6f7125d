import { describe, expect, it } from 'vitest';
import { compareRounds, comparisonText, type RoundPair } from './compare-rows.js';
import type { Row, Unit } from './measure.js';
import { figure, textTable } from './text-table.js';

function row(name: string, median: number, unit: Unit = 'ns/op'): Row {
  return { name, unit, median, best: median, values: [median] };
}

function rounds(pairs: readonly (readonly [number, number])[], unit: Unit = 'ns/op'): RoundPair[] {
  return pairs.map(([base, candidate]) => ({
    base: [row('fault', base, unit)],
    candidate: [row('fault', candidate, unit)],
  }));
}

describe('compareRounds', () => {
  it('pairs by round, so that a slow round weighs on both sides', () => {
    const slow = Array.from({ length: 4 }, () => [200, 180] as const);
    const compared = compareRounds(rounds([[100, 95], ...slow]));
    expect(compared).toEqual([
      {
        name: 'fault',
        unit: 'ns/op',
        baseMedian: 200,
        candidateMedian: 180,
        ratio: 0.9,
        ratioMin: 0.9,
        ratioMax: 0.95,
        verdict: 'faster',
      },
    ]);
  });

  it.each([
    { candidates: [90, 91, 92, 93, 99], unit: 'ns/op', verdict: 'faster' },
    { candidates: [110, 105, 101, 120, 109], unit: 'ns/op', verdict: 'slower' },
    { candidates: [110, 105, 101, 120, 109], unit: 'faults/s', verdict: 'faster' },
    { candidates: [90, 91, 92, 93, 99], unit: 'faults/s', verdict: 'slower' },
    { candidates: [90, 91, 92, 93, 101], unit: 'ns/op', verdict: '~' },
    { candidates: [90, 91, 92, 93, 100], unit: 'ns/op', verdict: '~' },
    { candidates: [90, 91, 92, 93], unit: 'ns/op', verdict: '~' },
  ] as const)('calls $candidates over 100 $unit $verdict', ({ candidates, unit, verdict }) => {
    const pairs = candidates.map((candidate) => [100, candidate] as const);
    expect(compareRounds(rounds(pairs, unit))[0]?.verdict).toBe(verdict);
  });

  it('leaves out what only one side has', () => {
    const pair = {
      base: [row('old', 1), row('both', 2)],
      candidate: [row('new', 3), row('both', 4)],
    };
    expect(compareRounds([pair]).map(({ name }) => name)).toEqual(['both']);
    expect(compareRounds([])).toEqual([]);
  });
});

describe('comparisonText', () => {
  it('lines the columns up', () => {
    const text = comparisonText(compareRounds(rounds([[35.04, 1234]])), 'HEAD~1', 'this tree');
    expect(text).toBe(
      [
        '       HEAD~1  this tree          ratio  min .. max of rounds',
        'fault    35.0      1,234  ns/op  35.217      35.217 .. 35.217  ~',
        '',
      ].join('\n'),
    );
  });
});

describe('figure', () => {
  it.each([
    [0.414, '0.41'],
    [13.52, '13.5'],
    [134.4, '134'],
    [9_999.6, '10,000'],
    [12_345_678, '12.35 M'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text);
  });
});

describe('textTable', () => {
  it('fills short rows and leaves no blanks at line ends', () => {
    expect(textTable([['a', 'bb'], ['ccc'], ['', 'd', 'e']])).toBe('a    bb\nccc\n      d  e\n');
  });
});
