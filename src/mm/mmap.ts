/**
 * mmap(2) of private anonymous memory (4.17 do_mmap, get_unmapped_area, mmap_region): the checks in
 * the kernel's order, top-down placement, merging with neighbours of equal flags.
 */
import { EEXIST, EINVAL, ENOMEM } from './errno.js';
import { PAGE_SIZE, STAT } from './layout.js';
import {
  MMAP_BASE_PAGE,
  MMAP_MIN_PAGE,
  TASK_SIZE_PAGES,
  addMapCount,
  invalidateVmacache,
  mapCount,
  type Mm,
} from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { give, take, vmaPool } from './pool.js';
import { MunmapRange, doMunmap } from './munmap/phases.js';
import { downWrite, upWrite } from './rwsem.js';
import { findGap, insertVma, lastBelow, removeVma, resizeVma } from './vma-index.js';
import { endOf, findVma, flagsOf, initVma, nextOf, startOf } from './vma.js';

export const MAP_FIXED = 0x10;
export const MAP_FIXED_NOREPLACE = 0x10_0000;

export interface MmapRequest {
  /** Hint, or the address itself with MAP_FIXED, bytes. */
  readonly address?: number;
  readonly bytes: number;
  /** VM_READ | VM_WRITE | VM_EXEC. */
  readonly prot: number;
  /** MAP_FIXED, MAP_FIXED_NOREPLACE or 0. */
  readonly flags?: number;
}

/** The address of the new mapping in bytes, or a negated errno. */
export function* mmap(cpu: Cpu, mm: Mm, request: MmapRequest): Op<number> {
  cpu.charge(COST.syscall, 1);
  yield* downWrite(cpu, mm.sem);
  const address = yield* doMmap(cpu, mm, request);
  yield* upWrite(cpu, mm.sem);
  const { stats } = cpu.km;
  stats[cpu.stat + (address < 0 ? STAT.failedCalls : STAT.mmapCalls)]! += 1;
  return address;
}

function* doMmap(cpu: Cpu, mm: Mm, request: MmapRequest): Op<number> {
  const { km } = cpu;
  if (request.bytes === 0) return -EINVAL;
  const pages = Math.ceil(request.bytes / PAGE_SIZE);
  if (!(pages <= TASK_SIZE_PAGES)) return -ENOMEM;
  // Before any merge is considered, so that even a mapping that would merge fails.
  if (mapCount(km, mm) > km.geometry.maxMapCount) return -ENOMEM;
  const start = unmappedArea(cpu, mm, request, pages);
  if (start < 0) return start;
  const flags = request.flags ?? 0;
  if ((flags & MAP_FIXED_NOREPLACE) !== 0) {
    const above = findVma(km, mm, start);
    if (above !== 0 && startOf(km, above) < start + pages) return -EEXIST;
  } else if ((flags & MAP_FIXED) !== 0) {
    const failed = yield* doMunmap(cpu, mm, new MunmapRange(start, start + pages));
    if (failed < 0) return -ENOMEM;
  }
  const linked = yield* linkMapping(cpu, mm, start, start + pages, request.prot);
  return linked ? start * PAGE_SIZE : -ENOMEM;
}

/** get_unmapped_area: first page of the place for a mapping, or a negated errno. */
function unmappedArea(cpu: Cpu, mm: Mm, request: MmapRequest, pages: number): number {
  const { km } = cpu;
  const address = request.address ?? 0;
  const flags = request.flags ?? 0;
  if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0) {
    if (address % PAGE_SIZE !== 0) return -EINVAL;
    const page = address / PAGE_SIZE;
    return page >= 0 && page + pages <= TASK_SIZE_PAGES ? page : -ENOMEM;
  }
  if (address > 0) {
    const hint = Math.max(Math.ceil(address / PAGE_SIZE), MMAP_MIN_PAGE);
    const above = findVma(km, mm, hint);
    const free = above === 0 || hint + pages <= startOf(km, above);
    if (free && hint + pages <= TASK_SIZE_PAGES) return hint;
  }
  const topDown = findGap(km, mm, pages, MMAP_MIN_PAGE, MMAP_BASE_PAGE);
  if (topDown >= 0) return topDown;
  // Below mmap_base is full: what is left above it, the kernel's bottom-up fallback.
  const above = findGap(km, mm, pages, MMAP_BASE_PAGE, TASK_SIZE_PAGES);
  return above >= 0 ? above : -ENOMEM;
}

/** mmap_region's end: merge with the neighbours, or link a VMA of its own. The range is free. */
function* linkMapping(cpu: Cpu, mm: Mm, start: number, end: number, prot: number): Op<boolean> {
  const { km } = cpu;
  cpu.charge(COST.linkVma, 1);
  const below = lastBelow(km, mm, start);
  const above = below === 0 ? findVma(km, mm, start) : nextOf(km, below);
  const joinsBelow = below !== 0 && endOf(km, below) === start && mergeable(cpu, below, prot);
  const joinsAbove = above !== 0 && startOf(km, above) === end && mergeable(cpu, above, prot);
  if (joinsBelow && joinsAbove) {
    const newEnd = endOf(km, above);
    removeVma(km, mm, above);
    addMapCount(km, mm, -1);
    invalidateVmacache(km, mm);
    resizeVma(km, below, startOf(km, below), newEnd);
    yield* give(cpu, vmaPool(km), above);
    return true;
  }
  if (joinsBelow) {
    resizeVma(km, below, startOf(km, below), end);
    return true;
  }
  if (joinsAbove) {
    resizeVma(km, above, start, endOf(km, above));
    return true;
  }
  const vma = yield* take(cpu, vmaPool(km));
  if (vma === 0) return false;
  initVma(km, vma, { start, end, flags: prot });
  insertVma(km, mm, vma);
  addMapCount(km, mm, 1);
  return true;
}

/** Private anonymous neighbours merge when their flags are equal; a dying one never does. */
function mergeable(cpu: Cpu, vma: number, prot: number): boolean {
  return flagsOf(cpu.km, vma) === prot;
}
