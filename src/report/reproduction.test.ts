import { describe, expect, it } from 'vitest';
import type { Reproduction, ReproductionRow } from '../samples/reproduction.js';
import { differenceOf } from './reproduction-difference.js';
import { parseReproductions } from './reproduction-reader.js';
import { buildReproductions, formatReproductions } from './reproduction.js';
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
    expect(parseReproductions(text).reproductions).toEqual([STUDY]);
    expect(text.endsWith('}\n')).toBe(true);
  });

  const whole = buildReproductions(2, [STUDY]);
  const withStudy = (study: object): object => ({
    ...whole,
    reproductions: [{ ...STUDY, ...study }],
  });

  it.each([
    ['{"schema":', 'it is not JSON'],
    ['null', 'it is no mmsem-bench/reproductions document'],
    ['{"schema":"mmsem-bench/result"}', 'it is no mmsem-bench/reproductions document'],
    [{ ...whole, version: 9 }, 'it is of version 9, and this reads 1'],
    [{ ...whole, reproductions: {} }, 'its head is damaged'],
    [withStudy({ rows: undefined }), 'reproduction 1 in it is damaged'],
    [withStudy({ findings: [1] }), 'reproduction 1 in it is damaged'],
    [withStudy({ rows: [ROW, null] }), "row 2 of its 'faults' is damaged"],
    [withStudy({ rows: [{ ...ROW, ours: '1' }] }), "row 1 of its 'faults' is damaged"],
    [withStudy({ rows: [{ ...ROW, standing: 'x' }] }), "row 1 of its 'faults' is damaged"],
  ])('that is damaged is refused: %j', (document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    expect(() => parseReproductions(text)).toThrow(message);
  });
});

describe('what differs', () => {
  const changed = (...changes: Partial<ReproductionRow>[]): Reproduction => ({
    ...STUDY,
    rows: STUDY.rows.map((row, i) => ({ ...row, ...changes[i] })),
  });

  it('is nothing when the keys are in another order', () => {
    const turned = STUDY.rows.map((row) => Object.fromEntries(Object.entries(row).reverse()));
    expect(Object.keys(turned[0]!)).not.toEqual(Object.keys(ROW));
    const other = { ...STUDY, rows: turned as unknown as ReproductionRow[] };
    expect(differenceOf(STUDY, other)).toBeUndefined();
    const changedToo = { ...other, rows: [other.rows[0]!, { ...other.rows[1]!, ours: 1 }] };
    expect(differenceOf(STUDY, changedToo)).toBe(
      "1 of 2 rows differ, first '7 threads': was 3000000, is 1 faults/s",
    );
  });

  it.each([
    [changed({}, { ours: 1 }), "1 of 2 rows differ, first '7 threads': was 3000000, is 1 faults/s"],
    [changed({ ours: 1 }, { ours: 1 }), "2 of 2 rows differ, first '4 threads': was 3000000"],
    [changed({ name: 'x', ours: 1 }), "first row 1: was '4 threads', is 'x'"],
    [changed({ published: 5 }), 'published was 2965589, is 5'],
    [changed({ conditions: 'x' }), 'conditions was "icelake; pft", is "x"'],
    [changed({ source: 'x' }), 'source was "a mail", is "x"'],
    [
      { ...STUDY, rows: [ROW] },
      "1 of 2 rows differ, first row 2, '7 threads': is not there any more",
    ],
    [{ ...STUDY, rows: [ROW, ALONE, ROW] }, "first row 3, '4 threads': was not there"],
    [{ ...STUDY, findings: [] }, 'findings: was ["They do not."], is []'],
  ])('is said with both values (%#)', (after, message) => {
    expect(differenceOf(STUDY, after)).toContain(message);
  });
});

describe('the tables', () => {
  it('on a terminal show every row, under its conditions', () => {
    const text = renderReproductions([STUDY], { color: false });
    expect(text).toContain('faults: how faults scale\nFitted: One cost.\n');
    expect(text).toContain('\nConditions: icelake; pft\n');
    expect(text).toMatch(/4 threads +2,965,589 +3,000,000 +faults\/s +1\.01 +predicted/);
    expect(text).toMatch(/7 threads +- +3,000,000 +faults\/s +- +no published value/);
  });

  it('in Markdown show those that were published, each under its own conditions', () => {
    const small = { ...ROW, name: 'hold', published: 8e-6, ours: 0.123456, conditions: 'scaled' };
    const markdown = reproductionsMarkdown([{ ...STUDY, rows: [ROW, ALONE, small] }]);
    expect(markdown).toContain('**faults**: how faults scale. _Fitted:_ One cost.\n');
    expect(markdown).toMatch(
      /\nConditions: icelake; pft\n\n\|[^]*\| 4 threads \| 2,965,589 \| 3,000,000 \| faults\/s \| 1\.01 \| predicted \|\n\n/,
    );
    expect(markdown).toMatch(/\nConditions: scaled\n\n\|[^]*\| hold \| 0\.000008 \| 0\.1235 \|/);
    expect(markdown).not.toContain('7 threads');
    expect(betweenMarks('no marks', markdown)).toBeUndefined();
  });

  it('in Markdown show all rows where nothing was published, a kernel in each column', () => {
    const rows = ['1 task, pristine', '1 task, patched', '2 tasks, patched'].map((name, i) => {
      return { ...ALONE, name, ours: 1000 * (i + 1) };
    });
    expect(reproductionsMarkdown([{ ...STUDY, rows }])).toContain(
      [
        '|  | pristine, faults/s | patched, faults/s |',
        '| --- | ---: | ---: |',
        '| 1 task | 1,000 | 2,000 |',
        '| 2 tasks | - | 3,000 |',
      ].join('\n'),
    );
  });
});
