/**
 * Page faults of the mmap stressor, row by row of the tables in `testing/rows.ts`, at the places of
 * `testing/counted-child.ts`. What the stressor draws is chosen here, so that a row holds exactly.
 */
import { describe, expect, it } from 'vitest';
import type { Compat } from '../../../plan/stress.js';
import { MmapRun } from './hog.js';
import { mmapSettingOf } from './mmap-setting.js';
import { CountedChild, PLACES, type Faults } from './testing/counted-child.js';
import { ChosenDraws } from './testing/drawn-run.js';
import { LoneMmap } from './testing/lone-mmap.js';
import { ANONYMOUS, DISK, TMPFS, type PerPage, type Row } from './testing/rows.js';

/** Over the end of a fault-around window. */
const PAGES = 25;

const COLUMNS: readonly {
  readonly column: 'old' | 'mid' | 'head' | 'check';
  readonly compat: Compat;
  readonly writeCheck: boolean;
}[] = [
  { column: 'old', compat: '0.09.31', writeCheck: false },
  { column: 'mid', compat: '0.15.06', writeCheck: false },
  { column: 'head', compat: 'head', writeCheck: false },
  { column: 'check', compat: 'head', writeCheck: true },
];

function expected(perPage: PerPage): Faults {
  const faults = Object.fromEntries(PLACES.map((place) => [place, 0])) as Faults;
  for (const [place, count] of Object.entries(perPage) as [keyof PerPage, number][]) {
    faults[place] = count * (place === 'R' ? PAGES - 1 : PAGES);
  }
  return faults;
}

function cases(rows: readonly Row[]) {
  return rows.flatMap(({ row, linux = '6.18', with: chosen, ...columns }) =>
    COLUMNS.flatMap(({ column, compat, writeCheck }) => {
      const perPage = columns[column];
      return perPage === undefined
        ? []
        : [{ row, linux, column, compat, writeCheck, chosen, perPage }];
    }),
  );
}

describe.each([
  { what: 'anonymous', kind: undefined, rows: ANONYMOUS },
  { what: 'disk', kind: 'disk', rows: DISK },
  { what: 'tmpfs', kind: 'tmpfs', rows: TMPFS },
])('$what', ({ kind, rows }) => {
  it.each(cases(rows))('$row, $column, Linux $linux', (row) => {
    const { linux, compat, writeCheck, chosen, perPage } = row;
    const { pop, pageIn = false, advice, pageAdvice, options = {} } = chosen;
    const isFile = kind !== undefined;
    const task = new LoneMmap({
      compat,
      pages: PAGES,
      // The second operation finds the file as the first has left it, and counts the same.
      ops: 2,
      linux,
      pageIn,
      maxMapCount: 200,
      options: {
        ...options,
        'write-check': writeCheck,
        madvise: advice !== undefined || pageAdvice !== undefined,
        ...(isFile ? { file: true, 'file-kind': kind } : {}),
      },
    });
    const child = new CountedChild(
      task,
      mmapSettingOf(task.setting),
      new ChosenDraws(task, chosen),
    );
    child.populates = pop ?? false;
    let before = 0;
    task.run(new MmapRun(child).program(), () => {
      const faults = child.takeFaults();
      expect(faults).toEqual(expected(perPage));
      const all = Object.values(faults).reduce((sum, count) => sum + count, 0);
      // From 0.15.06 on, one page of shared anonymous memory is written at the end of every operation;
      // with --mmap-mlock it is there by then.
      const isWritten = compat !== '0.09.31' && !child.setting.locks;
      expect(task.faults - before - all).toBe(isWritten ? 1 : 0);
      before = task.faults;
      expect(task.check()).toEqual([]);
      expect([task.mapCount, task.residentPages]).toEqual([0, 0]);
    });
    expect(task.ops).toBe(2);
    expect([...task.failures, ...task.shortages]).toEqual([]);
  });
});
