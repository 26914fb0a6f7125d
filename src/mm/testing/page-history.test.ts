import { describe, expect, it } from 'vitest';
import { PageHistory, type Deed, type Unmapping } from './page-history.js';

/** An entry about page 0: task, deed, word, from, to. */
type Line = readonly [number, Deed, number, number, number];

function isExplained(unmapping: Unmapping, lines: readonly Line[]): boolean {
  const history = new PageHistory(unmapping);
  for (const [task, deed, word, from, to] of lines) {
    history.add({ task, deed, start: 0, end: 1, word, from, to });
  }
  return history.unexplained().length === 0;
}

const MAPPED: Line = [0, 'map', 0, 1, 2];
const STORED: Line = [0, 'store', 7, 3, 4];

describe.each(['at once', 'gradually'] as const)('pages that go %s', (unmapping) => {
  const explained: Record<string, Line[]> = {
    'a fresh page is 0': [MAPPED, [1, 'load', 0, 3, 4]],
    'what was stored is loaded': [MAPPED, STORED, [1, 'load', 7, 5, 6]],
    'a load during a store finds the one or the other': [
      MAPPED,
      [0, 'store', 7, 3, 9],
      [1, 'load', 0, 4, 5],
      [1, 'load', 7, 6, 7],
    ],
    'a load during an unmap finds content or is denied': [
      MAPPED,
      STORED,
      [0, 'unmap', 0, 5, 20],
      [1, 'load', 7, 6, 7],
      [2, 'denied', 0, 8, 9],
    ],
    'an unmapped page is denied': [MAPPED, [0, 'unmap', 0, 3, 4], [1, 'denied', 0, 5, 6]],
    'a page mapped again is 0 again': [
      MAPPED,
      STORED,
      [1, 'unmap', 0, 5, 6],
      [1, 'mapFree', 0, 7, 8],
      [0, 'load', 0, 9, 10],
    ],
    'MAP_FIXED during an unmap of the same page may come after it': [
      MAPPED,
      [1, 'unmap', 0, 3, 20],
      [2, 'map', 0, 5, 6],
      [2, 'store', 9, 7, 8],
      [0, 'load', 9, 21, 22],
    ],
    'nothing was ever mapped': [
      [0, 'denied', 0, 1, 2],
      [0, 'unmap', 0, 3, 4],
    ],
  };
  it.each(Object.entries(explained))('%s', (_, lines) => {
    expect(isExplained(unmapping, lines)).toBe(true);
  });

  const unexplained: Record<string, Line[]> = {
    'a store that is lost': [MAPPED, STORED, [1, 'load', 0, 5, 6]],
    "somebody else's word": [MAPPED, STORED, [1, 'load', 8, 5, 6]],
    'a load before the store began': [MAPPED, [1, 'load', 7, 3, 4], [0, 'store', 7, 5, 6]],
    'a fresh page during an unmap': [MAPPED, STORED, [0, 'unmap', 0, 5, 20], [1, 'load', 0, 6, 7]],
    'content after the unmap': [MAPPED, STORED, [0, 'unmap', 0, 5, 6], [1, 'load', 7, 7, 8]],
    'a denial although nobody unmapped': [MAPPED, STORED, [1, 'denied', 0, 5, 6]],
    'a denial before the unmap began': [MAPPED, [1, 'denied', 0, 3, 4], [0, 'unmap', 0, 5, 6]],
    'an access to what nobody mapped': [[0, 'load', 0, 1, 2]],
    'a mapping placed over another': [MAPPED, [1, 'mapFree', 0, 3, 4]],
    'pages populated where nothing is mapped': [[0, 'populate', 0, 1, 2]],
    'old content after MAP_FIXED': [MAPPED, STORED, [1, 'map', 0, 5, 6], [0, 'load', 7, 7, 8]],
    'new content, then old content': [
      MAPPED,
      [0, 'store', 7, 3, 10],
      [1, 'load', 7, 4, 5],
      [1, 'load', 0, 6, 7],
    ],
  };
  it.each(Object.entries(unexplained))('not: %s', (_, lines) => {
    expect(isExplained(unmapping, lines)).toBe(false);
  });
});

it('one task may be denied before another finds content only while the page goes gradually', () => {
  const lines: Line[] = [
    MAPPED,
    STORED,
    [0, 'unmap', 0, 5, 20],
    [1, 'denied', 0, 6, 7],
    [2, 'load', 7, 8, 9],
  ];
  expect(isExplained('gradually', lines)).toBe(true);
  expect(isExplained('at once', lines)).toBe(false);
});

it('says which page, and what was done to it', () => {
  const history = new PageHistory('at once');
  history.add({ task: 0, deed: 'map', start: 4, end: 6, word: 0, from: 1, to: 2 });
  history.add({ task: 1, deed: 'load', start: 5, end: 6, word: 9, from: 3, to: 4 });
  expect(history.unexplained()).toEqual([
    [
      'page 5: no order explains what was seen',
      '  1..2 task 0 map with pages 4..5',
      '  3..4 task 1 load 9',
    ].join('\n'),
  ]);
});
