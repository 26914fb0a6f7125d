/**
 * The tables of stress-ng.md 2.10: page faults of the mmap stressor per page of the region and
 * operation. Rows about huge pages stand with these.
 */
import { MADV, MAP } from '../../../../mm/uapi.js';
import type { HogOptions } from '../../../../plan/stress.js';
import type { Place } from './counted-child.js';
import type { Chosen } from './drawn-run.js';

/** Faults per page, by place; 0 at places that are not named. R counts all pages but the last. */
export type PerPage = Partial<Record<Place, number>>;

/** What is chosen where the stressor draws, and what was set. */
export interface RowSetting extends Chosen {
  /** Whether the child still has MAP_POPULATE. */
  readonly pop?: boolean;
  readonly pageIn?: boolean;
  readonly options?: HogOptions;
}

/**
 * The name of a row in the table, what was set and drawn, and faults per page: of V0.09.31, V0.15.06,
 * HEAD, HEAD with --mmap-write-check.
 */
export interface Row {
  readonly row: string;
  readonly linux?: string;
  readonly with: RowSetting;
  readonly old?: PerPage;
  readonly mid?: PerPage;
  readonly head?: PerPage;
  readonly check?: PerPage;
}

const pop = { pop: true };
const { nonBlock, locked } = MAP;
const write = MADV.populateWrite;
/** The kernels that the versions ran on in their time, where it makes a difference. */
const OLD = '4.17';

export const ANONYMOUS: readonly Row[] = [
  { row: 'pop', with: pop, old: {}, mid: {}, head: {}, check: {} },
  {
    row: 'A, pop, NONBLOCK',
    with: { ...pop, flag: nonBlock },
    old: { A: 1 },
    mid: { A: 1 },
    head: {},
    check: { A: 1 },
  },
  {
    row: 'A and C, no pop',
    with: {},
    old: { A: 1, C: 1 },
    mid: { A: 1, C: 1 },
    head: {},
    check: { A: 1, C: 1 },
  },
  { row: 'A, LOCKED, pop', with: { ...pop, flag: locked }, old: {}, mid: {}, head: {}, check: {} },
  {
    row: 'A, LOCKED, no pop',
    with: { flag: locked },
    old: { C: 1 },
    mid: { C: 1 },
    head: {},
    check: { C: 1 },
  },
  {
    row: 'A, all of it advised POPULATE_WRITE',
    with: { advice: write },
    mid: { C: 1 },
    head: {},
    check: { C: 1 },
  },
  {
    row: 'C, no pop, every page advised POPULATE_WRITE',
    with: { pageAdvice: write },
    mid: { A: 1 },
    head: {},
    check: { A: 1 },
  },
  {
    row: '--page-in, no pop',
    with: { pageIn: true },
    old: { touch: 2 },
    mid: { A: 1, C: 1 },
    head: {},
    check: {},
  },
  {
    row: '--page-in, no pop, before madvise could populate',
    linux: OLD,
    with: { pageIn: true },
    old: { touch: 2 },
    mid: { touch: 2 },
    head: { touch: 2 },
    check: { touch: 2 },
  },
  {
    row: '--mmap-mprotect, pop',
    with: { ...pop, options: { mprotect: true } },
    old: {},
    mid: {},
    head: {},
    check: {},
  },
  {
    row: '--mmap-mprotect, no pop',
    with: { options: { mprotect: true } },
    old: { A: 1, C: 1 },
    mid: { A: 1, C: 1 },
    head: {},
    check: { A: 1, C: 1 },
  },
  {
    row: '--mmap-mprotect, pop, when it left pages read-only',
    linux: OLD,
    with: { ...pop, options: { mprotect: true } },
    old: { A: 1, C: 1 },
    mid: { A: 1, C: 1 },
    head: {},
    check: { A: 1, C: 1 },
  },
  {
    row: '--mmap-mprotect --page-in, no pop, when it left pages read-only',
    linux: OLD,
    with: { pageIn: true, options: { mprotect: true } },
    // Touched, then protected, then written once more, in both halves.
    old: { touch: 2, A: 1, C: 1 },
  },
  { row: '--mmap-mlock, no pop', with: { options: { mlock: true } }, head: {}, check: {} },
  {
    row: 'PAGEOUT has nowhere to put anonymous pages',
    with: { ...pop, advice: MADV.pageOut, pageAdvice: MADV.pageOut },
    mid: {},
    head: {},
    check: {},
  },
];

/** Three per page and operation, whether populated or not. */
const THREE = {
  old: { A: 1, B: 1, C: 1 },
  mid: { A: 1, B: 1, C: 1 },
  head: { A: 1, R: 1, C: 1 },
  check: { A: 1, B: 1, C: 1 },
};

export const DISK: readonly Row[] = [
  { row: 'pop', with: pop, ...THREE },
  { row: 'no pop', with: {}, ...THREE },
  { row: 'pop, NONBLOCK', with: { ...pop, flag: nonBlock }, ...THREE },
  { row: 'LOCKED: prefaulted readable', with: { flag: locked }, ...THREE },
  {
    row: 'B, all of it advised POPULATE_WRITE',
    with: { advice: write },
    mid: { A: 1, C: 1 },
    head: { A: 1, C: 1 },
    check: { A: 1, C: 1 },
  },
  {
    row: 'C, every page advised POPULATE_WRITE',
    with: { ...pop, pageAdvice: write },
    mid: { A: 1, B: 1 },
    head: { A: 1, R: 1 },
    check: { A: 1, B: 1 },
  },
  {
    row: '--mmap-async does not clean pages',
    with: { ...pop, options: { async: true } },
    old: { A: 1, C: 1 },
    mid: { A: 1, C: 1 },
    head: { A: 1, C: 1 },
    check: { A: 1, C: 1 },
  },
  {
    row: '--mmap-osync: write() cleans the page again',
    with: { ...pop, options: { osync: true } },
    mid: { A: 1, B: 1, R: 1, C: 1 },
    head: { A: 1, R: 1, C: 1 },
    check: { A: 1, B: 1, R: 1, C: 1 },
  },
  {
    row: '--mmap-osync --mmap-async',
    with: { ...pop, options: { osync: true, async: true } },
    mid: { A: 1, R: 1, C: 1 },
    head: { A: 1, R: 1, C: 1 },
    check: { A: 1, R: 1, C: 1 },
  },
  {
    row: '--mmap-odirect: read(2) faults for itself, which is not counted',
    with: { ...pop, options: { odirect: true } },
    mid: { A: 1, B: 1, C: 1 },
    head: { A: 1, C: 1 },
    check: { A: 1, B: 1, C: 1 },
  },
  {
    row: '--page-in',
    with: { pageIn: true },
    old: { A: 1, touch: 2 },
    mid: { A: 1, B: 1, C: 1 },
    head: { A: 1 },
    check: { A: 1 },
  },
  { row: '--mmap-mprotect', with: { ...pop, options: { mprotect: true } }, ...THREE },
  { row: '--mmap-mprotect', linux: OLD, with: { ...pop, options: { mprotect: true } }, ...THREE },
  { row: '--mmap-mlock', with: { options: { mlock: true } }, head: THREE.head, check: THREE.check },
];

/** Who maps a page of tmpfs to read it may write to it. */
const NONE = { old: {}, mid: {}, head: {}, check: {} };

export const TMPFS: readonly Row[] = [
  { row: 'pop', with: pop, ...NONE },
  {
    row: 'A, pop, NONBLOCK',
    with: { ...pop, flag: nonBlock },
    old: { A: 1 },
    mid: { A: 1 },
    head: { A: 1 },
    check: { A: 1 },
  },
  {
    row: 'A, LOCKED; C, no pop',
    with: { flag: locked },
    old: { C: 1 },
    mid: {},
    head: { C: 1 },
    check: { C: 1 },
  },
  {
    row: 'no pop',
    with: {},
    old: { A: 1, C: 1 },
    mid: { A: 1 },
    head: { A: 1, C: 1 },
    check: { A: 1, C: 1 },
  },
  {
    row: 'C, pop, every page advised PAGEOUT',
    with: { ...pop, pageAdvice: MADV.pageOut },
    mid: { C: 1 },
    head: { C: 1 },
    check: { C: 1 },
  },
  {
    row: 'C, no pop, every page advised PAGEOUT',
    with: { pageAdvice: MADV.pageOut },
    mid: { A: 1, C: 1 },
    head: { A: 1, C: 1 },
    check: { A: 1, C: 1 },
  },
  { row: '--mmap-async', with: { ...pop, options: { async: true } }, ...NONE },
  { row: '--mmap-osync', with: { ...pop, options: { osync: true } }, ...NONE },
  {
    row: '--page-in, no pop',
    with: { pageIn: true },
    old: { A: 1, touch: 1 },
    mid: { A: 1 },
    head: { A: 1 },
    check: { A: 1 },
  },
  { row: '--mmap-mprotect', with: { ...pop, options: { mprotect: true } }, ...NONE },
  { row: '--mmap-mprotect', linux: OLD, with: { ...pop, options: { mprotect: true } }, ...NONE },
  { row: '--mmap-mlock, no pop', with: { options: { mlock: true } }, head: {}, check: {} },
];
