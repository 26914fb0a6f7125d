/**
 * Where random calls go. Every address space has one arena of neighbouring pages, so that VMAs of
 * neighbours merge and share page tables:
 *
 *   guards  GUARD_PAGES per task: nobody but the task itself ever touches them or maps there
 *   strips  STRIP_PAGES per task: the task alone maps and stores there. In the first half others
 *           unmap, lock and advise; in the second, the loose one, they protect and discard as well
 *   common  COMMON_PAGES for everybody, who do what they like
 *   file    FILE_PAGES per task of one shared file, page for page: everybody maps and unmaps there, and
 *           the task alone stores to its pages
 *
 * A word that is stored says whose it is: bits 0 to 9 the task, bit 10 set in the common part and the file, then a
 * counter; it is never 0.
 */
export const GUARD_PAGES = 4;
export const STRIP_PAGES = 64;
/** First page of a strip's loose half. */
export const LOOSE_FROM = 32;
export const COMMON_PAGES = 192;
export const FILE_PAGES = 4;

/** 40 pages short of a page-table boundary, so that the arena crosses it. */
export const BASE_PAGE = 2 ** 28 - 40;

const TASK_MASK = 0x3ff;
const COMMON_BIT = 0x400;
const COUNTER_SHIFT = 11;
const COUNTER_MASK = 0xf_ffff;

/** First pages of the parts of an arena with so many tasks in it. */
export interface Arena {
  /** Tasks in this address space. */
  readonly tasks: number;
  readonly guards: number;
  readonly strips: number;
  readonly common: number;
  readonly file: number;
  readonly end: number;
}

/** Tasks in an address space, with task t of `tasks` in number t % mms. */
export function tasksIn(mm: number, tasks: number, mms: number): number {
  return Math.ceil((tasks - mm) / mms);
}

export function arenaOf(tasks: number): Arena {
  const strips = BASE_PAGE + tasks * GUARD_PAGES;
  const common = strips + tasks * STRIP_PAGES;
  const file = common + COMMON_PAGES;
  return { tasks, guards: BASE_PAGE, strips, common, file, end: file + tasks * FILE_PAGES };
}

/** The `counter`-th word of a task; `common`: for the common part. */
export function wordOf(task: number, counter: number, common: boolean): number {
  const count = (counter & COUNTER_MASK) + 1;
  return ((count << COUNTER_SHIFT) | (common ? COMMON_BIT : 0) | task) & 0x7fff_ffff;
}

export function taskOfWord(word: number): number {
  return word & TASK_MASK;
}

export function counterOfWord(word: number): number {
  return word >>> COUNTER_SHIFT;
}

export function isCommonWord(word: number): boolean {
  return (word & COMMON_BIT) !== 0;
}

/** Frames for all that an arena can have present at once, with the caches of its files. */
export function framesOf(tasks: number): number {
  return 2 * (tasks * (GUARD_PAGES + STRIP_PAGES + 2 * FILE_PAGES) + 4 * COMMON_PAGES);
}
