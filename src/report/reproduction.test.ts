import { describe, expect, it } from 'vitest';
import type { Reproduction, ReproductionRow } from '../samples/reproduction.js';
import {
  buildReproductions,
  firstDifference,
  formatReproductions,
  parseReproductions,
} from './reproduction.js';
import { betweenMarks, renderReproductions, reproductionsMarkdown } from './reproduction-table.js';

const ROW: ReproductionRow = {
  name: '4 threads',
  conditions: 'icelake; pft',
  published: 2_965_589,
  ours: 3_000_000,
  unit: 'faults/s',
  ratio: 1.01,
  standing: 'predicted',
  source: 'a mail',
};
const ALONE: ReproductionRow = {
  ...ROW,
  name: '7 threads',
  published: null,
  ratio: null,
  standing: 'no published value',
  source: '',
};
const STUDY: Reproduction = {
  name: 'faults',
  title: 'how faults scale',
  fitted: ['One cost.'],
  rows: [ROW, ALONE],
  findings: ['They do not.'],
};

describe('the document', () => {
  it('is read as it was written', () => {
    const text = formatReproductions(buildReproductions(2, [STUDY]));
    expect(parseReproductions(text)).toEqual([STUDY]);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('of another kind is refused', () => {
    expect(() => parseReproductions('{"schema":"mmsem-bench/result","version":1}')).toThrow(
      'not a mmsem-bench/reproductions document',
    );
  });
});

it('the first difference is named with both values', () => {
  const changed = (row: Partial<ReproductionRow>): Reproduction => ({
    ...STUDY,
    rows: [ROW, { ...ALONE, ...row }],
  });
  expect(firstDifference(STUDY, STUDY)).toBeUndefined();
  expect(firstDifference(STUDY, changed({ ours: 1 }))).toBe(
    '7 threads: was 3000000, is 1 faults/s',
  );
  expect(firstDifference(STUDY, changed({ name: 'x' }))).toContain("was '7 threads', is 'x'");
  expect(firstDifference(STUDY, changed({ conditions: 'x' }))).toContain('its conditions');
  expect(firstDifference(STUDY, { ...STUDY, rows: [ROW] })).toContain("is 'not there'");
  expect(firstDifference(STUDY, { ...STUDY, findings: [] })).toBe('its texts');
});

it('the table shows every row; the Markdown those that were published', () => {
  const text = renderReproductions([STUDY], { color: false });
  expect(text).toContain('faults: how faults scale\nFitted: One cost.\n');
  expect(text).toMatch(/4 threads +2966000 +3000000 +faults\/s +1\.01 +predicted/);
  expect(text).toMatch(/7 threads +- +3000000 +faults\/s +- +no published value/);
  const markdown = reproductionsMarkdown([STUDY]);
  expect(markdown).toContain('| 4 threads | 2966000 | 3000000 | faults/s | 1.01 | predicted |');
  expect(markdown).not.toContain('7 threads');
  expect(betweenMarks('no marks', markdown)).toBeUndefined();
});
