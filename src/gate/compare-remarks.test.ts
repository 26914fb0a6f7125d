import { Chalk } from 'chalk';
import { expect, it } from 'vitest';
import { warningLines } from './compare-remarks.js';

const chalk = new Chalk({ level: 0 });
const long = 'one of many words '.repeat(8).trim();
const lines = (warnings: readonly string[], room: number): string[] =>
  warningLines({ warnings }, room, 100, chalk);

it('warnings take the lines that there are, and the rest is counted', () => {
  expect(lines([long, long, long], 6)).toHaveLength(6);
  expect(lines([long, long, long], 5)).toHaveLength(5);
  expect(lines([long, long, long], 5).at(-1)).toBe('warning: 1 more, which --json lists');
  expect(lines([long, long, long], 4)).toHaveLength(3);
  expect(lines(['a', 'b', 'c', 'd', 'e', 'f'], 20).at(-1)).toBe(
    'warning: 2 more, which --json lists',
  );
});

it('the first warning is there whatever the room', () => {
  expect(lines([long, long], -3)).toHaveLength(3);
  expect(lines([long], 0)).toHaveLength(2);
  expect(lines([], 0)).toEqual([]);
});
