/** A mapping that moves to another place of its address space (4.17 move_vma, copy_vma). */
import { ENOMEM } from './errno.js';
import { getFile, putFile } from './file.js';
import { STAT } from './layout.js';
import { mapCount, type Mm } from './mm.js';
import { movePages } from './move-pages.js';
import { MunmapRange, doMunmap } from './munmap/phases.js';
import type { Cpu, Op } from './op.js';
import { changeFlags, extentOf, placeExtent } from './vma-edit.js';
import { VM_LOCKED, VM_LOCKONFAULT, endOf, findVma, flagsOf, setAnonVma, startOf } from './vma.js';

/** In pages: what moves, where to, and how long it is there. */
export interface Move {
  readonly from: number;
  /** 0: a second mapping of shared memory. */
  readonly oldPages: number;
  readonly newPages: number;
  readonly to: number;
  /** MREMAP_DONTUNMAP: the old VMA stays, without its pages. */
  readonly keepsOld: boolean;
}

/** The new place's first page, or -ENOMEM with everything where it was. Needs mmap_sem for write. */
export function* moveVma(cpu: Cpu, mm: Mm, move: Move): Op<number> {
  const { km } = cpu;
  const { from, to, oldPages, newPages } = move;
  if (mapCount(km, mm) >= km.geometry.maxMapCount - 3) return -ENOMEM;
  const source = findVma(km, mm, from);
  const copy = yield* copyVma(cpu, mm, source, move);
  if (copy === 0) return -ENOMEM;
  const moved = yield* movePages(cpu, mm, copy, { from, to, pages: oldPages });
  if (moved < oldPages) {
    yield* movePages(cpu, mm, copy, { from: to, to: from, pages: moved });
    yield* doMunmap(cpu, mm, new MunmapRange(to, to + newPages));
    return -ENOMEM;
  }
  if (move.keepsOld) leaveEmpty(cpu, mm, from, oldPages);
  else if (oldPages > 0) {
    const failed = yield* doMunmap(cpu, mm, new MunmapRange(from, from + oldPages));
    // Linux says so in its log and goes on: the old mapping stays, empty.
    if (failed < 0) km.stats[cpu.stat + STAT.splitsLeft]! += 1;
  }
  return to;
}

/** copy_vma: the VMA that has the new place, merged or of its own; 0 without a record for it. */
function* copyVma(cpu: Cpu, mm: Mm, source: number, move: Move): Op<number> {
  const { km } = cpu;
  const { from, to, newPages } = move;
  const end = to + newPages;
  const old = extentOf(cpu, source);
  // Memory that was never written is as good as mapped at the new place in the first place.
  const isFresh = old.file === 0 && old.anonVma === 0;
  const pgoff = isFresh ? to : old.pgoff + (from - startOf(km, source));
  if (old.file !== 0) getFile(km, old.file);
  const placed = yield* placeExtent(cpu, mm, { ...old, start: to, end, pgoff });
  if (old.file !== 0 && (placed.vma === 0 || placed.isMerged)) yield* putFile(cpu, old.file);
  return placed.vma;
}

/** dontunmap_complete: the old VMA is unlocked, and nobody's pages are in it any longer. */
function leaveEmpty(cpu: Cpu, mm: Mm, from: number, pages: number): void {
  const { km } = cpu;
  const vma = findVma(km, mm, from);
  changeFlags(cpu, mm, vma, flagsOf(km, vma) & ~(VM_LOCKED | VM_LOCKONFAULT));
  if (startOf(km, vma) === from && endOf(km, vma) === from + pages) {
    setAnonVma(km, vma, 0);
  }
  // It may be like a neighbour now, and Linux does not look.
  km.stats[cpu.stat + STAT.splitsLeft]! += 2;
}
