/** Page faults of runs that draw as they like, against the tables of stress-ng.md 2.10. */
import { describe, expect, it } from 'vitest';
import { MADV, MAP } from '../../../mm/uapi.js';
import { PTRS_PER_TABLE } from '../../../mm/layout.js';
import { FORMS } from './forms.js';
import { CountedChild } from './testing/counted-child.js';
import { ChosenDraws, loneRun } from './testing/drawn-run.js';
import { LoneMmap } from './testing/lone-mmap.js';
import { MmapRun } from './hog.js';
import { mmapSettingOf } from './mmap-setting.js';
import { faultsByRules } from './testing/rules.js';

const PAGES = 100;
const SEEDS = 20;
const OPS = 8;

const COLUMNS = [
  { compat: '0.09.31', options: {} },
  { compat: '0.15.06', options: {} },
  { compat: 'head', options: {} },
  { compat: 'head', options: { 'write-check': true } },
] as const;

const CASES = (['anonymous', 'disk', 'tmpfs'] as const).flatMap((kind) => [
  ...COLUMNS.map((column) => ({ ...column, kind })),
  // Of files, the table has no row for advice about the whole range that unmaps pages.
  ...(kind === 'anonymous'
    ? [{ compat: 'head' as const, kind, options: { 'write-check': true, madvise: true } }]
    : []),
]);

/** Faults of all operations of a seed, and what the rules give for what they drew. */
function compare({ compat, kind, options }: (typeof CASES)[number], seed: number) {
  const file = kind === 'anonymous' ? {} : { file: true, 'file-kind': kind };
  const run = loneRun({ compat, pages: PAGES, ops: OPS, seed, options: { ...options, ...file } });
  const { task, child, draws } = run;
  let before = 0;
  let seen = 0;
  let expected = 0;
  run.go(() => {
    seen += task.faults - before;
    before = task.faults;
    expected += faultsByRules({
      compat,
      kind,
      pages: PAGES,
      pop: child.populates,
      flag: draws.lastFlag,
      advice: draws.lastAdvice,
      advises: child.setting.advises,
      writeCheck: child.setting.writes,
    });
  });
  expect(task.ops).toBe(OPS);
  expect([...task.failures, ...task.shortages]).toEqual([]);
  expect(task.check()).toEqual([]);
  return { seen, expected };
}

it.each(CASES)('$kind, $compat, $options: faults are what the rules give', (what) => {
  let seen = 0;
  let expected = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const one = compare(what, seed);
    seen += one.seen;
    expected += one.expected;
  }
  expect(expected).toBeGreaterThan(0);
  expect(Math.abs(seen / expected - 1)).toBeLessThan(0.01);
});

describe('MAP_POPULATE is lost', () => {
  it.each([
    { compat: '0.15.06', kind: 'anonymous', attempts: 10, bad: [MAP.hugetlb] },
    { compat: '0.15.06', kind: 'disk', attempts: 5, bad: [MAP.hugetlb, MAP.growsDown] },
    { compat: 'head', kind: 'anonymous', attempts: 11, bad: [MAP.hugetlb] },
    { compat: '0.09.31', kind: 'tmpfs', attempts: 6, bad: [MAP.growsDown] },
  ] as const)('$compat, $kind: after $attempts attempts on average', (what) => {
    const { compat, kind, attempts, bad } = what;
    const options = kind === 'anonymous' ? {} : { file: true, 'file-kind': kind };
    let sum = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { task, child, draws, go } = loneRun({
        compat,
        pages: 1,
        ops: 1000,
        seed,
        options,
        maxMapCount: 100,
      });
      // It is lost in an attempt that is no operation; the next one is.
      go(() => {
        task.isOver = !child.populates;
        if (child.populates) sum += 1;
      });
      expect(draws.flags).toBeGreaterThan(task.ops);
      sum += 1;
    }
    expect(bad.length / FORMS[compat].flags.length).toBeCloseTo(1 / attempts);
    // The standard error of a geometric mean of `attempts` over 200 seeds is below 0.78.
    expect(Math.abs(sum / 200 - attempts)).toBeLessThan(3 * Math.sqrt((attempts * attempts) / 200));
  });
});

describe('MADV_HUGEPAGE for the whole range, without MAP_POPULATE', () => {
  it.each(['0.09.31', '0.15.06'] as const)('%s: A is 1 per aligned 2 MiB', (compat) => {
    const pages = 2048;
    const task = new LoneMmap({ compat, pages });
    const setting = mmapSettingOf(task.setting);
    const child = new CountedChild(task, setting, new ChosenDraws(task, { advice: MADV.hugePage }));
    child.populates = false;
    task.run(new MmapRun(child).program());
    const first = child.address / 4096;
    const blocks = Math.floor((first + pages) / PTRS_PER_TABLE) - Math.ceil(first / PTRS_PER_TABLE);
    expect(blocks).toBeGreaterThan(2);
    expect(child.faults.A).toBe(blocks + (pages - blocks * PTRS_PER_TABLE));
    expect(child.faults.C).toBe(pages);
    expect(task.failures).toEqual([]);
  });
});
