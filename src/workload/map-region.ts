/** How hogs map memory that they cannot do without. */
import { FILE_KIND, PAGE_SIZE } from '../mm/layout.js';
import type { Op } from '../mm/op.js';
import { MAP, READ_WRITE } from '../mm/uapi.js';
import type { HogTask } from './hog.js';

/** The most that an option may ask for: half of the user address space, bytes. */
export const REGION_BYTES_MAX = 2 ** 46;

/**
 * Maps pages for reading and writing, or with other `prot`; `flags` and `file` as of mmap. The address in
 * bytes, or 0 after it has said that there is no room.
 */
export function* mapRegion(
  task: HogTask,
  pages: number,
  flags: number,
  file = 0,
  prot: number = READ_WRITE,
): Op<number> {
  const address = yield* task.calls.mmap(0, pages * PAGE_SIZE, prot, flags, file);
  if (address > 0) return address;
  const what = (flags & MAP.anonymous) === 0 ? 'pages of a file' : 'anonymous pages';
  task.runOut(`mmap of ${pages} ${what}: errno ${-address}`);
  return 0;
}

/** A new file of whole pages, all a hole; 0 after it has said that there are too many. */
export function* newFile(
  task: HogTask,
  kind: Parameters<HogTask['calls']['open']>[0],
  pages: number,
): Op<number> {
  const file = yield* task.calls.open(kind, pages * PAGE_SIZE);
  if (file === 0) task.runOut(`no file of ${pages} pages: there are too many`);
  return file;
}

/** `work` with a new disk file of so many pages, which is open meanwhile. */
export function* withFile(
  task: HogTask,
  pages: number,
  work: (file: number) => Op<void>,
): Op<void> {
  const file = yield* newFile(task, FILE_KIND.disk, pages);
  if (file === 0) return;
  yield* work(file);
  yield* task.calls.close(file);
}

/** Numbers of `count` tasks of an instance from `first` on, as `Meeting.arrive` takes them. */
export function partiesFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
