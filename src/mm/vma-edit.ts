/**
 * What happens to VMAs as a whole: they are placed, split, and merged with neighbours that have become
 * alike (4.17 __split_vma, __vma_adjust, vma_merge; mm/vma.c since 6.12).
 *
 * Everything here needs mmap_sem for write. An edit of mappings of a file is one under the file's lock
 * from the first edge to the last (`vma-link.ts`).
 */
import { ENOMEM } from './errno.js';
import { getFile, lockFile, unlockFile } from './file.js';
import { splitHugeAt } from './huge-page.js';
import { FILE, STAT } from './layout.js';
import { addPages, mapCount, type Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { give, take, vmaPool } from './pool.js';
import { lastBelow } from './vma-index.js';
import { linkVma, moveEdges, putIn, setEdges, takeOut } from './vma-link.js';
import {
  VM_DEAD,
  VM_SPECIAL,
  anonVmaOf,
  endOf,
  fileOf,
  findVma,
  flagsOf,
  initVma,
  nextOf,
  pgoffOf,
  prevOf,
  setAnonVma,
  setFlags,
  startOf,
} from './vma.js';

/** A VMA that there is, or is to be: pages [start, end), and all that merging looks at. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  /** 0 for private anonymous memory. */
  readonly file: number;
  /** See VMA: page of the file at `start`, or where the memory was mapped first. */
  readonly pgoff: number;
  /** 0 while it has no anonymous page. */
  readonly anonVma: number;
}

/** What a VMA is now, or would be for a part of its pages. */
export function extentOf(
  cpu: Cpu,
  vma: number,
  start = startOf(cpu.km, vma),
  end = endOf(cpu.km, vma),
): Extent {
  const { km } = cpu;
  const pgoff = pgoffOf(km, vma) + (start - startOf(km, vma));
  const file = fileOf(km, vma);
  return { start, end, flags: flagsOf(km, vma), file, pgoff, anonVma: anonVmaOf(km, vma) };
}

/** Nobody's pages yet, or the same: is_mergeable_anon_vma. */
function sameOrigin(a: number, b: number): boolean {
  return a === 0 || b === 0 || a === b;
}

/**
 * What keeps VMAs apart however alike they are. Dead ones belong to the munmap that marked them, which
 * looks for those that lie in its range: one that was merged with another munmap's would be found by
 * neither, and stay.
 */
const NEVER_MERGED = VM_SPECIAL | VM_DEAD;

/** Whether `vma` and what is wanted are alike, whatever their places. */
function alike(cpu: Cpu, vma: number, wanted: Extent): boolean {
  const { km } = cpu;
  const flags = flagsOf(km, vma);
  return (
    flags === wanted.flags &&
    (flags & NEVER_MERGED) === 0 &&
    fileOf(km, vma) === wanted.file &&
    sameOrigin(anonVmaOf(km, vma), wanted.anonVma)
  );
}

/** can_vma_merge_after: `vma`, if there is one, ends where the wanted begins and could hold it. */
function mergesAfter(cpu: Cpu, vma: number, wanted: Extent): boolean {
  if (vma === 0 || endOf(cpu.km, vma) !== wanted.start || !alike(cpu, vma, wanted)) return false;
  const pages = endOf(cpu.km, vma) - startOf(cpu.km, vma);
  return pgoffOf(cpu.km, vma) + pages === wanted.pgoff;
}

/** can_vma_merge_before: the same for a VMA above. */
function mergesBefore(cpu: Cpu, vma: number, wanted: Extent): boolean {
  if (vma === 0 || startOf(cpu.km, vma) !== wanted.end || !alike(cpu, vma, wanted)) return false;
  return wanted.pgoff + (wanted.end - wanted.start) === pgoffOf(cpu.km, vma);
}

/** The VMAs beside it that a wanted extent could become one with; 0 where there is none. */
function mergeable(cpu: Cpu, below: number, above: number, wanted: Extent) {
  const left = mergesAfter(cpu, below, wanted) ? below : 0;
  let right = mergesBefore(cpu, above, wanted) ? above : 0;
  // Each may go with what is wanted, and still not with the other.
  const { km } = cpu;
  if (left !== 0 && right !== 0 && !sameOrigin(anonVmaOf(km, left), anonVmaOf(km, right)))
    right = 0;
  return { left, right };
}

/** dup_anon_vma: a VMA that takes pages in is where these were written first. */
function inheritAnonVma(cpu: Cpu, vma: number, anonVma: number): void {
  if (anonVma !== 0) setAnonVma(cpu.km, vma, anonVma);
}

/**
 * Makes a free range part of a neighbour, or of both, or a VMA of its own (mmap_region's end,
 * vma_merge_new_range). The VMA that it is in, 0 when there is no record for one; `isMerged` says
 * which: a merged file mapping needs no reference of its own.
 */
export function* placeExtent(
  cpu: Cpu,
  mm: Mm,
  wanted: Extent,
): Op<{ readonly vma: number; readonly isMerged: boolean }> {
  const { km } = cpu;
  cpu.charge(COST.linkVma, 1);
  const below = lastBelow(km, mm, wanted.start);
  const above = below === 0 ? findVma(km, mm, wanted.start) : nextOf(km, below);
  const { left, right } = mergeable(cpu, below, above, wanted);
  if (left !== 0) {
    inheritAnonVma(cpu, left, wanted.anonVma);
    if (right === 0) yield* moveEdges(cpu, mm, left, startOf(km, left), wanted.end);
    else yield* absorb(cpu, mm, left, right);
    return { vma: left, isMerged: true };
  }
  if (right !== 0) {
    inheritAnonVma(cpu, right, wanted.anonVma);
    yield* moveEdges(cpu, mm, right, wanted.start, endOf(km, right));
    return { vma: right, isMerged: true };
  }
  const vma = yield* take(cpu, vmaPool(km));
  if (vma === 0) return { vma: 0, isMerged: false };
  initVma(km, vma, { mm: mm.id, ...wanted });
  yield* linkVma(cpu, mm, vma);
  return { vma, isMerged: false };
}

/** `vma` takes a neighbour of the same file in, whole, and its record goes. */
function* absorb(cpu: Cpu, mm: Mm, vma: number, neighbour: number): Op<void> {
  const { km } = cpu;
  const start = Math.min(startOf(km, vma), startOf(km, neighbour));
  const end = Math.max(endOf(km, vma), endOf(km, neighbour));
  inheritAnonVma(cpu, vma, anonVmaOf(km, neighbour));
  const file = fileOf(km, vma);
  yield* lockFile(cpu, file);
  takeOut(cpu, mm, neighbour);
  setEdges(cpu, mm, vma, start, end);
  unlockFile(cpu, file);
  yield* give(cpu, vmaPool(km), neighbour);
  // The VMA that stays keeps the file alive.
  if (file !== 0) Atomics.sub(km.words, km.fileAt(file) + FILE.refs, 1);
}

/** __split_vma: `vma` keeps the part below `page`. The VMA of the rest; 0 without a record for it. */
export function* splitVma(cpu: Cpu, mm: Mm, vma: number, page: number): Op<number> {
  const { km } = cpu;
  cpu.charge(COST.splitVma, 1);
  const upper = yield* take(cpu, vmaPool(km));
  if (upper === 0) return 0;
  yield* splitHugeAt(cpu, mm, page);
  const rest = extentOf(cpu, vma, page);
  initVma(km, upper, { mm: mm.id, ...rest });
  if (rest.file !== 0) getFile(km, rest.file);
  yield* lockFile(cpu, rest.file);
  setEdges(cpu, mm, vma, startOf(km, vma), page);
  putIn(cpu, mm, upper);
  unlockFile(cpu, rest.file);
  return upper;
}

/** The part of `vma` that touches a neighbour of the same file goes over to it. */
function* moveBoundary(cpu: Cpu, mm: Mm, vma: number, neighbour: number, at: number): Op<void> {
  const { km } = cpu;
  const isBelow = startOf(km, neighbour) < startOf(km, vma);
  const file = fileOf(km, vma);
  yield* splitHugeAt(cpu, mm, at);
  yield* lockFile(cpu, file);
  if (isBelow) {
    setEdges(cpu, mm, vma, at, endOf(km, vma));
    setEdges(cpu, mm, neighbour, startOf(km, neighbour), at);
  } else {
    setEdges(cpu, mm, vma, startOf(km, vma), at);
    setEdges(cpu, mm, neighbour, at, endOf(km, neighbour));
  }
  unlockFile(cpu, file);
}

/**
 * vma_modify: gives the pages [start, end) of `vma` other flags. They become part of a neighbour that
 * is alike then, or are split off first where they are not all of the VMA. The VMA that has them, or
 * -ENOMEM, after which a split at the low edge may remain, as in Linux.
 */
export function* modifyVma(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  pages: { readonly start: number; readonly end: number },
  flags: number,
): Op<number> {
  const { km } = cpu;
  const { start, end } = pages;
  const atStart = start === startOf(km, vma);
  const atEnd = end === endOf(km, vma);
  const wanted = { ...extentOf(cpu, vma, start, end), flags };
  const below = atStart ? prevOf(km, vma) : 0;
  const { left, right } = mergeable(cpu, below, atEnd ? nextOf(km, vma) : 0, wanted);
  if (left !== 0 || right !== 0)
    return yield* giveToNeighbour(cpu, mm, vma, wanted, { left, right });
  if (!atStart) {
    const upper =
      mapCount(km, mm) < km.geometry.maxMapCount ? yield* splitVma(cpu, mm, vma, start) : 0;
    if (upper === 0) return -ENOMEM;
    vma = upper;
  }
  if (!atEnd) {
    const room = mapCount(km, mm) < km.geometry.maxMapCount;
    if (!room || (yield* splitVma(cpu, mm, vma, end)) === 0) {
      if (!atStart) km.stats[cpu.stat + STAT.splitsLeft]! += 1;
      return -ENOMEM;
    }
  }
  changeFlags(cpu, mm, vma, flags);
  return vma;
}

/** vma_merge_existing_range: part of a VMA, or all, goes over to one neighbour, or all to both. */
function* giveToNeighbour(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  wanted: Extent,
  { left, right }: { readonly left: number; readonly right: number },
): Op<number> {
  const { km } = cpu;
  const whole = endOf(km, vma) - startOf(km, vma) === wanted.end - wanted.start;
  cpu.charge(COST.linkVma, 1);
  const to = left !== 0 ? left : right;
  inheritAnonVma(cpu, to, wanted.anonVma);
  if (!whole) {
    // Only one of the two: a part touches one edge.
    yield* moveBoundary(cpu, mm, vma, to, left !== 0 ? wanted.end : wanted.start);
    return to;
  }
  yield* absorb(cpu, mm, to, vma);
  if (left !== 0 && right !== 0) yield* absorb(cpu, mm, left, right);
  return to;
}

/** Other flags for a whole VMA, with what the mm counts by them. */
export function changeFlags(cpu: Cpu, mm: Mm, vma: number, flags: number): void {
  const { km } = cpu;
  const pages = endOf(km, vma) - startOf(km, vma);
  addPages(km, mm, flagsOf(km, vma), -pages);
  setFlags(km, vma, flags);
  addPages(km, mm, flags, pages);
}
