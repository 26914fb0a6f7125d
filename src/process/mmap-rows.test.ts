/**
 * Page faults of the mmap stressor, row by row of the tables in `testing/mmap-rows.ts`, at the places
 * of `testing/mmap-operation.ts`.
 */
import { describe, expect, it } from 'vitest';
import { kernelByName } from '../mm/kernels.js';
import { rulesOf } from '../mm/kernel-rules.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { openProcess } from './lone-process.js';
import { operate, type Faults, type Version } from './testing/mmap-operation.js';
import { ANONYMOUS, DISK, TMPFS, type PerPage, type Row } from './testing/mmap-rows.js';

/** Not a multiple of 7, and over the end of a fault-around window. */
const PAGES = 25;

const COLUMNS: readonly {
  readonly column: 'old' | 'mid' | 'head' | 'check';
  readonly version: Version;
  readonly writeCheck: boolean;
}[] = [
  { column: 'old', version: '0.09.31', writeCheck: false },
  { column: 'mid', version: '0.15.06', writeCheck: false },
  { column: 'head', version: 'head', writeCheck: false },
  { column: 'check', version: 'head', writeCheck: true },
];

function expected(perPage: PerPage, version: Version): Faults {
  const none = { A: 0, B: 0, R: 0, C: 0, C2: 0, touch: 0, other: 0 };
  // From 0.15.06 on, one page of shared anonymous memory is written at the end of every operation.
  const faults: Faults = { ...none, once: version === '0.09.31' ? 0 : 1 };
  for (const [place, count] of Object.entries(perPage) as [keyof PerPage, number][]) {
    faults[place] = count * (place === 'R' ? PAGES - 1 : PAGES);
  }
  return faults;
}

function cases(rows: readonly Row[]) {
  return rows.flatMap(({ row, linux = '6.18', with: chosen, ...columns }) =>
    COLUMNS.flatMap(({ column, version, writeCheck }) => {
      const perPage = columns[column];
      const setting = { pop: false, ...chosen, version, writeCheck };
      return perPage === undefined ? [] : [{ row, linux, column, version, setting, perPage }];
    }),
  );
}

describe.each([
  { what: 'anonymous', file: undefined, rows: ANONYMOUS },
  { what: 'disk', file: 'disk' as const, rows: DISK },
  { what: 'tmpfs', file: 'tmpfs' as const, rows: TMPFS },
])('$what', ({ file, rows }) => {
  it.each(cases(rows))('$row, $column, Linux $linux', ({ linux, version, setting, perPage }) => {
    const process = openProcess({
      kernel: kernelByName('pristine'),
      thresholdPages: 1,
      rules: rulesOf(linux),
      maxMapCount: 65_530,
      frames: 4 * PAGES,
    });
    const handle = file === undefined ? 0 : process.open(file, PAGES * PAGE_SIZE, 'f');
    const whole = file === undefined ? setting : { ...setting, file };
    // The second operation finds the file as the first has left it, and counts the same.
    for (const operation of ['first', 'second']) {
      const faults = operate(process, PAGES, whole, handle);
      expect(faults, operation).toEqual(expected(perPage, version));
      expect(process.check()).toEqual([]);
      expect(process.mappings()).toEqual([]);
      expect(process.residentPages).toBe(0);
    }
  });
});
