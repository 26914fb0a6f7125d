/**
 * mremap(2): the checks in the order of mm/mremap.c since 6.17 (check_mremap_params, check_prep_vma),
 * of which all but the order is 4.17's; then in place, or `mremap-move.ts`.
 */
import { EAGAIN, EFAULT, EINVAL, ENOMEM } from './errno.js';
import { MM_PAGES, PAGE_SIZE, STAT } from './layout.js';
import { TASK_SIZE_PAGES, mapCount, type Mm } from './mm.js';
import { pagesOf } from './mmap.js';
import { moveVma, type Move } from './mremap-move.js';
import { MunmapRange, doMunmap } from './munmap/phases.js';
import { COST, type Cpu, type Op } from './op.js';
import { unmappedArea } from './placement.js';
import { mmPopulate } from './populate.js';
import { downWrite, upWrite } from './rwsem.js';
import { MAP, MREMAP } from './uapi.js';
import { extentOf, placeExtent } from './vma-edit.js';
import {
  VM_DEAD,
  VM_DONTEXPAND,
  VM_LOCKED,
  VM_MAYSHARE,
  VM_PFNMAP,
  VM_SHARED,
  endOf,
  findVma,
  flagsOf,
  nextOf,
  startOf,
} from './vma.js';

export interface MremapRequest {
  /** All in bytes. */
  readonly address: number;
  readonly oldBytes: number;
  readonly newBytes: number;
  /** MREMAP_*. */
  readonly flags: number;
  /** Where to with MREMAP_FIXED; a hint with MREMAP_DONTUNMAP alone. */
  readonly newAddress?: number;
}

/** The same in pages. */
interface Resize extends Move {
  readonly flags: number;
}

/** Where the mapping is now, bytes, or a negated errno. */
export function* mremap(cpu: Cpu, mm: Mm, request: MremapRequest): Op<number> {
  cpu.charge(COST.syscall, 1);
  const refused = badRequest(cpu, mm, request);
  if (refused < 0) return failed(cpu, refused);
  const resize: Resize = {
    from: request.address / PAGE_SIZE,
    oldPages: pagesOf(request.oldBytes),
    newPages: pagesOf(request.newBytes),
    to: (request.newAddress ?? 0) / PAGE_SIZE,
    flags: request.flags,
    keepsOld: (request.flags & MREMAP.dontUnmap) !== 0,
  };
  yield* downWrite(cpu, mm.sem);
  const before = lookup(cpu, mm, resize.from);
  const isLocked = before !== 0 && (flagsOf(cpu.km, before) & VM_LOCKED) !== 0;
  const moved = yield* doMremap(cpu, mm, resize);
  yield* upWrite(cpu, mm.sem);
  if (moved < 0) return failed(cpu, moved);
  const grown = resize.newPages - resize.oldPages;
  if (isLocked && grown > 0) yield* mmPopulate(cpu, mm, moved + resize.oldPages, grown);
  return moved * PAGE_SIZE;
}

function failed(cpu: Cpu, errno: number): number {
  cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return errno;
}

/** check_mremap_params: what needs no look at a VMA. */
function badRequest(cpu: Cpu, mm: Mm, request: MremapRequest): number {
  const { address, flags, oldBytes, newBytes, newAddress = 0 } = request;
  if ((flags & ~cpu.rules.mremapFlags) !== 0 || address % PAGE_SIZE !== 0) return -EINVAL;
  const oldPages = pagesOf(oldBytes);
  const newPages = pagesOf(newBytes);
  if (newPages === 0 || newPages > TASK_SIZE_PAGES) return -EINVAL;
  if ((flags & (MREMAP.fixed | MREMAP.dontUnmap)) === 0) return 0;
  if (newAddress % PAGE_SIZE !== 0) return -EINVAL;
  const to = newAddress / PAGE_SIZE;
  if (to > TASK_SIZE_PAGES - newPages) return -EINVAL;
  if ((flags & MREMAP.mayMove) === 0) return -EINVAL;
  if ((flags & MREMAP.dontUnmap) !== 0 && oldPages !== newPages) return -EINVAL;
  const from = address / PAGE_SIZE;
  if (from + oldPages > to && to + newPages > from) return -EINVAL;
  // A move needs up to that many VMAs on its way.
  const { maxMapCount } = cpu.km.geometry;
  return mapCount(cpu.km, mm) + 2 >= maxMapCount - 3 ? -ENOMEM : 0;
}

function lookup(cpu: Cpu, mm: Mm, page: number): number {
  const vma = findVma(cpu.km, mm, page);
  return vma !== 0 && startOf(cpu.km, vma) <= page ? vma : 0;
}

/** First page of the mapping afterwards, or a negated errno. */
function* doMremap(cpu: Cpu, mm: Mm, resize: Resize): Op<number> {
  const { flags, oldPages, newPages, from } = resize;
  const hasPlace = (flags & (MREMAP.fixed | MREMAP.dontUnmap)) !== 0;
  const movesOnly = (flags & MREMAP.fixed) !== 0 && oldPages === newPages;
  if (movesOnly && cpu.rules.mremapMovesMany) return yield* moveMany(cpu, mm, resize);
  const vma = lookup(cpu, mm, from);
  const refused = badVma(cpu, mm, vma, resize);
  if (refused < 0) return refused;
  if (hasPlace) return yield* moveTo(cpu, mm, resize);
  if (newPages === oldPages) return from;
  if (newPages > oldPages) return yield* grow(cpu, mm, vma, resize);
  const cut = new MunmapRange(from + newPages, from + oldPages);
  const unmapped = cut.end > TASK_SIZE_PAGES ? -EINVAL : yield* doMunmap(cpu, mm, cut);
  return unmapped < 0 ? unmapped : from;
}

/** check_prep_vma: whether this VMA can grow or move. 0 or a negated errno. */
function badVma(cpu: Cpu, mm: Mm, vma: number, resize: Resize): number {
  const { km, rules } = cpu;
  const { oldPages, newPages, from } = resize;
  // What dies is gone for everybody else; a copy of it would never die.
  if (vma === 0 || (flagsOf(km, vma) & VM_DEAD) !== 0) return -EFAULT;
  const moves = (resize.flags & (MREMAP.fixed | MREMAP.dontUnmap)) !== 0;
  if (newPages <= oldPages && !moves) return 0;
  const flags = flagsOf(km, vma);
  // Only what is shared can be had twice.
  if (oldPages === 0 && (flags & (VM_SHARED | VM_MAYSHARE)) === 0) return -EINVAL;
  if (resize.keepsOld && (flags & (VM_DONTEXPAND | VM_PFNMAP)) !== 0) return -EINVAL;
  // What a shrinking move cuts off may belong to others.
  if (Math.min(oldPages, newPages) > endOf(km, vma) - from) return -EFAULT;
  if (newPages <= oldPages) return 0;
  if ((flags & (VM_DONTEXPAND | VM_PFNMAP)) !== 0) return -EFAULT;
  const grown = newPages - oldPages;
  if ((flags & VM_LOCKED) !== 0) {
    const locked = km.stats[mm.at / 2 + MM_PAGES.locked]! + grown;
    if (locked * PAGE_SIZE > rules.memlockBytes) return -EAGAIN;
  }
  return hasRoom(cpu, mm, grown) ? 0 : -ENOMEM;
}

function hasRoom(cpu: Cpu, mm: Mm, pages: number): boolean {
  const total = cpu.km.stats[mm.at / 2 + MM_PAGES.total]! + pages;
  return total * PAGE_SIZE <= cpu.rules.addressSpaceBytes;
}

/** expand_vma: in place if nothing is in the way, else somewhere else. */
function* grow(cpu: Cpu, mm: Mm, vma: number, resize: Resize): Op<number> {
  const { km } = cpu;
  const { from, oldPages, newPages } = resize;
  const end = endOf(km, vma);
  const newEnd = from + newPages;
  const next = nextOf(km, vma);
  const isFree = (next === 0 || startOf(km, next) >= newEnd) && newEnd <= TASK_SIZE_PAGES;
  if (from + oldPages === end && isFree) {
    const whole = extentOf(cpu, vma);
    const pgoff = whole.pgoff + (end - startOf(km, vma));
    const placed = yield* placeExtent(cpu, mm, { ...whole, start: end, end: newEnd, pgoff });
    return placed.vma === 0 ? -ENOMEM : from;
  }
  if ((resize.flags & MREMAP.mayMove) === 0) return -ENOMEM;
  const flags = (flagsOf(km, vma) & VM_MAYSHARE) !== 0 ? MAP.shared : MAP.private;
  const to = unmappedArea(cpu, mm, { address: 0, flags }, newPages);
  return to < 0 ? to : yield* moveVma(cpu, mm, { ...resize, to });
}

/** mremap_to: to a place that the caller has chosen. */
function* moveTo(cpu: Cpu, mm: Mm, resize: Resize): Op<number> {
  const { from, newPages, oldPages, to, flags } = resize;
  if ((flags & MREMAP.fixed) !== 0) {
    const unmapped = yield* doMunmap(cpu, mm, new MunmapRange(to, to + newPages));
    if (unmapped < 0) return unmapped;
    // With an old length of 0 the place may be the mapping's own.
    if (lookup(cpu, mm, from) === 0) return -EFAULT;
  }
  if (newPages < oldPages) {
    const cut = new MunmapRange(from + newPages, from + oldPages);
    const unmapped = yield* doMunmap(cpu, mm, cut);
    if (unmapped < 0) return unmapped;
  }
  if (resize.keepsOld && !hasRoom(cpu, mm, oldPages)) return -ENOMEM;
  const address = to * PAGE_SIZE;
  const fixed = (flags & MREMAP.fixed) !== 0 ? MAP.fixed : 0;
  const place = unmappedArea(cpu, mm, { address, flags: fixed }, newPages);
  if (place < 0) return place;
  const kept = Math.min(oldPages, newPages);
  return yield* moveVma(cpu, mm, { ...resize, oldPages: kept, to: place });
}

/** remap_move: every VMA of the range on its own, with the holes between them. */
function* moveMany(cpu: Cpu, mm: Mm, resize: Resize): Op<number> {
  const { km } = cpu;
  const end = resize.from + resize.oldPages;
  let result = -EFAULT;
  for (let page = resize.from; page < end;) {
    const vma = findVma(km, mm, page);
    if (vma === 0 || startOf(km, vma) >= end) break;
    const from = Math.max(startOf(km, vma), resize.from);
    if (page === resize.from && startOf(km, vma) > page) return -EFAULT;
    const pages = Math.min(end, endOf(km, vma)) - from;
    const to = resize.to + (from - resize.from);
    const one: Resize = { ...resize, from, to, oldPages: pages, newPages: pages };
    const refused = badVma(cpu, mm, vma, one);
    const moved = refused < 0 ? refused : yield* moveTo(cpu, mm, one);
    if (moved < 0) return moved;
    if (from === resize.from) result = moved;
    page = from + pages;
  }
  return result;
}
