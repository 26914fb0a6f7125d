/**
 * What programs do to files other than mapping them: read, write, truncate, punch holes, sync; and how
 * pages leave the cache. Page numbers count from the file's start; one word stands for a page's content.
 */
import { askDisk, waitForDisk } from './disk.js';
import { ENOMEM } from './errno.js';
import { contentOf } from './fault-anon.js';
import {
  fileLockAt,
  filePages,
  fileSize,
  isOnDisk,
  lockFile,
  setFileSize,
  unlockFile,
} from './file.js';
import type { KernelMemory } from './kernel-memory.js';
import {
  FILE,
  FRAME,
  FRAME_CACHED,
  FRAME_DIRTY,
  FRAME_MAPS,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  PAGE_SIZE,
} from './layout.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import {
  addPage,
  cachedFrame,
  cutPages,
  eraseDisk,
  nextCached,
  overwriteDisk,
  removePages,
  writeDisk,
} from './page-cache.js';
import { frameStateAt, fileIndexOf, unmap, unmapFile, visitPages, writeProtect } from './rmap.js';
import { spinLockSlow, trySpinLock } from './spinlock.js';
import { fileOf } from './vma.js';

function stateOf(frame: number): number {
  return frame * FRAME_WORDS + FRAME.state;
}

/**
 * write(2) of one whole page: caches it if need be, makes it dirty, and the file as long as that. With
 * `sync` (O_SYNC) it is written back at once. 0 or -ENOMEM.
 */
export function* writePage(
  cpu: Cpu,
  file: number,
  index: number,
  word: number,
  sync = false,
): Op<number> {
  const { km } = cpu;
  const lock = fileLockAt(km, file);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
  cpu.charge(COST.copyPage, 1);
  let frame = cachedFrame(km, file, index);
  if (frame === 0) frame = yield* addPage(cpu, file, index);
  let result = frame === 0 ? -ENOMEM : 0;
  if (frame !== 0) {
    km.frames[contentOf(frame)] = word;
    Atomics.or(km.frames, stateOf(frame), FRAME_DIRTY);
    if (index >= filePages(km, file)) setFileSize(km, file, (index + 1) * PAGE_SIZE);
    if (sync) result = Math.min(0, yield* clean(cpu, file, index, index + 1));
  }
  unlockFile(cpu, file);
  if (cpu.diskPages > 0) yield* waitForDisk(cpu);
  return result;
}

/**
 * read(2) of one page into `cpu.loaded`. How many pages were read, 0 at the end of the file, or
 * -ENOMEM. Of a disk file the page is cached afterwards; holes of tmpfs stay holes.
 */
export function* readPage(cpu: Cpu, file: number, index: number): Op<number> {
  const { km } = cpu;
  const lock = fileLockAt(km, file);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
  let result = index < filePages(km, file) ? 1 : 0;
  if (result === 1) {
    let frame = cachedFrame(km, file, index);
    if (frame === 0 && isOnDisk(km, file)) {
      frame = yield* addPage(cpu, file, index);
      if (frame === 0) result = -ENOMEM;
    }
    cpu.charge(COST.copyPage, 1);
    cpu.loaded = frame === 0 ? 0 : km.frames[contentOf(frame)]!;
  }
  const word = cpu.loaded;
  unlockFile(cpu, file);
  if (cpu.diskPages > 0) yield* waitForDisk(cpu);
  cpu.loaded = word;
  return result;
}

/**
 * MADV_WILLNEED, readahead(2): caches pages [first, end) of a disk file as far as there is memory. A
 * file of tmpfs has nothing to read.
 */
export function* readAhead(cpu: Cpu, file: number, first: number, end: number): Op<void> {
  const { km } = cpu;
  if (!isOnDisk(km, file)) return;
  yield* lockFile(cpu, file);
  const last = Math.min(end, filePages(km, file));
  for (let index = first; index < last; index++) {
    if (cachedFrame(km, file, index) !== 0) continue;
    if ((yield* addPage(cpu, file, index)) === 0) break;
  }
  unlockFile(cpu, file);
  if (cpu.diskPages > 0) yield* askDisk(cpu);
}

/**
 * fsync, msync(MS_SYNC): writes the dirty pages of [first, end) back. They are write-protected in all
 * mappings first, so that the next write to each traps and makes it dirty again. How many pages were
 * written, or -ENOMEM with some of them still dirty. Nothing to do for tmpfs.
 */
export function* syncFile(cpu: Cpu, file: number, first = 0, end = Infinity): Op<number> {
  const lock = fileLockAt(cpu.km, file);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
  const cleaned = yield* clean(cpu, file, first, end);
  unlockFile(cpu, file);
  if (cpu.diskPages > 0) yield* waitForDisk(cpu);
  return cleaned;
}

/** The same with the file's lock held, without which nothing makes a page of it dirty on purpose. */
function* clean(cpu: Cpu, file: number, first: number, end: number): Op<number> {
  const { km } = cpu;
  if (!isOnDisk(km, file)) return 0;
  yield* writeProtect(cpu, file, first, end);
  let cleaned = 0;
  for (let i = nextCached(km, file, first, end); i < end; i = nextCached(km, file, i + 1, end)) {
    const frame = cachedFrame(km, file, i);
    if ((Atomics.load(km.frames, stateOf(frame)) & FRAME_DIRTY) === 0) continue;
    if (cpu.mustYield()) yield STOP.step;
    // Clean first: a CPU that zaps a detached VMA just now may make it dirty again, and be right.
    Atomics.and(km.frames, stateOf(frame), ~FRAME_DIRTY);
    const word = km.frames[contentOf(frame)]!;
    if (!overwriteDisk(km, file, i, word) && !(yield* writeDisk(cpu, file, i, word))) {
      Atomics.or(km.frames, stateOf(frame), FRAME_DIRTY);
      cleaned = -ENOMEM;
      break;
    }
    cpu.charge(COST.filePage, 1);
    km.words[km.fileAt(file) + FILE.cleaned]! += 1;
    cpu.diskPages += 1;
    cleaned += 1;
  }
  return cleaned;
}

/**
 * ftruncate: what is beyond the new end is unmapped everywhere, private copies included, and gone;
 * accesses there are SIGBUS. A longer file has a hole at its end. The CPU's gather must be empty.
 */
export function* truncate(cpu: Cpu, file: number, bytes: number): Op<void> {
  const { km } = cpu;
  yield* lockFile(cpu, file);
  const isShorter = bytes < fileSize(km, file);
  if (bytes <= fileSize(km, file) && !isOnDisk(km, file)) dirtyPartialPage(km, file, bytes);
  setFileSize(km, file, bytes);
  if (isShorter) {
    const pages = filePages(km, file);
    yield* unmapFile(cpu, file, pages, Infinity, true);
    yield* cutPages(cpu, file, pages);
  }
  unlockFile(cpu, file);
}

/**
 * What a new end leaves of its page is filled up with zeros, and differs from what tmpfs would make anew,
 * even if nobody has written to it (shmem_undo_range).
 */
function dirtyPartialPage(km: KernelMemory, file: number, bytes: number): void {
  const frame = cachedFrame(km, file, Math.floor(bytes / PAGE_SIZE));
  if (bytes % PAGE_SIZE !== 0 && frame !== 0) Atomics.or(km.frames, stateOf(frame), FRAME_DIRTY);
}

/**
 * fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE), MADV_REMOVE: pages [first, end) become a hole,
 * unmapped everywhere but for private copies. The CPU's gather must be empty.
 */
export function* punchHole(cpu: Cpu, file: number, first: number, end: number): Op<void> {
  const lock = fileLockAt(cpu.km, file);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
  yield* unmapFile(cpu, file, first, end, false);
  yield* removePages(cpu, file, first, end, false);
  eraseDisk(cpu.km, file, first, end);
  unlockFile(cpu, file);
}

/**
 * posix_fadvise(POSIX_FADV_DONTNEED): drops the clean pages of [first, end) that nobody maps; they come
 * back from the disk. tmpfs has none to come back from. Returns how many were dropped.
 */
export function* dropCache(cpu: Cpu, file: number, first: number, end: number): Op<number> {
  if (!isOnDisk(cpu.km, file)) return 0;
  yield* lockFile(cpu, file);
  const dropped = yield* removePages(cpu, file, first, end, true);
  unlockFile(cpu, file);
  return dropped;
}

/**
 * MADV_PAGEOUT of the pages [first, end) of a VMA that maps a file: pages that no other PTE maps are
 * unmapped, and the clean ones leave the cache; of tmpfs that is those that were never written. Dirty
 * ones stay in it: writing them is not madvise's business, and those of tmpfs stay for want of swap. Needs mmap_sem in either mode, and an
 * empty gather. Returns how many left the cache.
 */
export function* pageOut(cpu: Cpu, vma: number, first: number, end: number): Op<number> {
  const { km } = cpu;
  const file = fileOf(km, vma);
  const unmapped: number[] = [];
  yield* lockFile(cpu, file);
  let index = 0;
  const visit = (_: Cpu, mm: Mm, slot: number): boolean => {
    const state = frameStateAt(km, slot);
    if ((state & FRAME_CACHED) === 0 || (state & FRAME_MAPS) !== FRAME_MAP_ONE) return false;
    unmapped.push(index);
    return unmap(cpu, mm, slot);
  };
  const last = fileIndexOf(km, vma, end);
  for (index = fileIndexOf(km, vma, first); index < last; index++) {
    index = nextCached(km, file, index, last);
    if (index < last) yield* visitPages(cpu, vma, index, index + 1, visit);
  }
  let dropped = 0;
  for (const page of unmapped) {
    dropped += yield* removePages(cpu, file, page, page + 1, true);
  }
  unlockFile(cpu, file);
  return dropped;
}
