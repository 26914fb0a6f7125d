import { expect, it } from 'vitest';
import { DEFAULT_RULES } from '../mm/kernel-rules.js';
import { compareReleases, rulesOfRelease } from './rules-of-release.js';

it('releases are ordered by their numbers', () => {
  expect(['6.9', '5.19', '6.18', '6.2'].sort(compareReleases)).toEqual([
    '5.19',
    '6.2',
    '6.9',
    '6.18',
  ]);
});

it('an older Linux lacks what came later', () => {
  expect(rulesOfRelease('6.18')).toEqual(DEFAULT_RULES);
  expect(rulesOfRelease('7.1')).toEqual(DEFAULT_RULES);
  const older = rulesOfRelease('6.8');
  expect(older.mremapMovesMany).toBe(false);
  expect(older.stackIsNoHugePage).toBe(true);
});
