import { describe, expect, it } from 'vitest';
import { WHOLE } from '../plan/shard.js';
import { renderSweepCsv } from './sweep-csv.js';
import { renderSweep } from './sweep-table.js';
import { syntheticDesign, syntheticSweep } from './testing/synthetic-sweep.js';

const whole = syntheticSweep(syntheticDesign());
const PLAIN = { color: false, unicode: true, metrics: ['faultsPerSecond'] as const };

describe('the table of a sweep', () => {
  it('says what was varied, and has a line for every point', () => {
    const lines = renderSweep(whole, PLAIN).split('\n');
    expect(lines[0]).toBe('6 points: tasks (3) x seed (2)');
    expect(lines[1]).toMatch(/^first point: threads engine, 1 task in 1 address space, 80 GiB/);
    const at = lines.indexOf('page faults/sec, patched against pristine');
    expect(lines[at + 1]).toMatch(
      /^tasks {2}seed +pristine +patched +change +95 % interval +verdict$/,
    );
    const rows = lines.slice(at + 2, at + 8).map((line) => line.trim().split(/ {2,}/));
    expect(rows.map(([tasks, seed]) => `${tasks}/${seed}`)).toEqual([
      ...['1/7', '1/8', '2/7', '2/8', '4/7', '4/8'],
    ]);
    expect(rows[0]!.slice(2, 5)).toEqual(['12.34 M', '13.06 M', '+6.3 %']);
    for (const row of rows) expect(row.at(-1)).toBe('faster');
  });

  it('has a block for every metric asked for', () => {
    const text = renderSweep(whole, { ...PLAIN, metrics: ['writeHoldNsMax', 'faultWaitNsMax'] });
    expect(text).toContain('\nlongest write hold, patched against pristine\n');
    expect(text).toContain('\nlongest fault wait, patched against pristine\n');
    expect(text).not.toContain('page faults/sec,');
  });

  it('says when it is not all, and of what shard', () => {
    const design = syntheticDesign({ index: 2, count: 4 });
    const text = renderSweep(syntheticSweep(design, [5]), PLAIN);
    expect(text).toContain('6 points: tasks (3) x seed (2), 2 points of them in shard 2 of 4\n');
    expect(text).toContain('\nPartial: 1 of 2 points\n');
  });

  it('puts kernels that only some points have in blocks of their own', () => {
    const [first, second, ...others] = whole.points;
    const alone = { ...second!, kernels: second!.kernels.slice(0, 1), comparisons: [] };
    const text = renderSweep({ ...whole, points: [first!, alone, ...others] }, PLAIN);
    expect(text).toMatch(
      /\npage faults\/sec, pristine\n tasks|\npage faults\/sec, pristine\ntasks/,
    );
    const block = text.split('page faults/sec, pristine\n')[1]!.split('\n\n')[0]!;
    expect(block.trim().split('\n')).toHaveLength(2);
  });

  it('tells a doubt once, with the places', () => {
    const points = whole.points.map((point, i) => ({
      ...point,
      warnings: ['all over', ...(i > 3 ? ['here and there'] : [])],
    }));
    const text = renderSweep({ ...whole, points }, PLAIN);
    expect(text).toContain('warning: everywhere: all over\n');
    expect(text).toContain('warning: at tasks=4 seed=7 and 1 more point: here and there\n');
    expect(text.match(/all over/g)).toHaveLength(1);
  });
});

/** Fields of a text in the form of RFC 4180. */
function parseCsv(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true);
  return text
    .slice(0, -2)
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}

describe('CSV of a sweep', () => {
  it('has a row for every kernel of every point, in full precision', () => {
    const [header, ...rows] = parseCsv(renderSweepCsv(whole));
    expect(header!.slice(0, 6)).toEqual([
      ...['point', 'tasks', 'seed', 'kernel', 'faultsPerSecond', 'faultsPerSecondChange'],
    ]);
    expect(rows).toHaveLength(12);
    for (const row of rows) expect(row).toHaveLength(header!.length);
    const cell = (row: number, column: string): string => rows[row]![header!.indexOf(column)]!;
    const { kernels, comparisons } = whole.points[5]!;
    expect(cell(11, 'kernel')).toBe('patched');
    expect(Number(cell(11, 'writeHoldNsMax'))).toBe(kernels[1]!.metrics.writeHoldNsMax);
    const hold = comparisons.find(({ metric }) => metric === 'writeHoldNsMax')!;
    expect(Number(cell(11, 'writeHoldNsMaxChange'))).toBe(hold.change);
    expect(cell(11, 'writeHoldNsMaxVerdict')).toBe('faster');
    expect(cell(10, 'writeHoldNsMaxVerdict')).toBe('');
  });

  it('quotes what has commas and quotes in it', () => {
    const axes = [
      { name: 'tasks', values: ['1'] },
      { name: 'seed', values: ['7,"8"'] },
    ];
    const odd = syntheticSweep(syntheticDesign(WHOLE, {}, axes));
    expect(renderSweepCsv(odd)).toContain('\r\n0,1,"7,""8""",pristine,');
    expect(parseCsv(renderSweepCsv(odd))[1]!.slice(0, 4)).toEqual(['0', '1', '7,"8"', 'pristine']);
  });
});
