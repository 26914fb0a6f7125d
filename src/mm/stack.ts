/** Stacks that grow downwards at a fault below them (4.17 expand_stack, expand_downwards). */
import { anonVmaPrepare } from './anon-vma.js';
import { MM, MM_PAGES, PAGE_SIZE, STAT } from './layout.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { downWrite, downgradeWrite, upRead } from './rwsem.js';
import { spinLock, spinUnlock } from './spinlock.js';
import { moveEdges } from './vma-link.js';
import { STACK_GUARD_PAGES } from './vma-index.js';
import {
  VM_ACCESS_FLAGS,
  VM_DEAD,
  VM_GROWSDOWN,
  VM_LOCKED,
  anonVmaOf,
  endOf,
  findVma,
  flagsOf,
  prevOf,
  startOf,
} from './vma.js';

/** The stack that may grow down to `page`, which no VMA covers; 0 if there is none. */
export function growsTo(cpu: Cpu, mm: Mm, page: number): number {
  const { km, rules } = cpu;
  const vma = findVma(km, mm, page);
  if (vma === 0 || startOf(km, vma) <= page) return 0;
  const flags = flagsOf(km, vma);
  if ((flags & VM_GROWSDOWN) === 0 || (flags & VM_DEAD) !== 0) return 0;
  const prev = prevOf(km, vma);
  if (prev !== 0 && page - endOf(km, prev) < STACK_GUARD_PAGES) {
    const prevFlags = flagsOf(km, prev);
    // An accessible neighbour keeps its distance, unless it is a stack as well.
    if ((prevFlags & VM_GROWSDOWN) === 0 && (prevFlags & VM_ACCESS_FLAGS) !== 0) return 0;
  }
  const pages = endOf(km, vma) - page;
  const grown = startOf(km, vma) - page;
  const locked = (flags & VM_LOCKED) !== 0 ? km.stats[mm.at / 2 + MM_PAGES.locked]! + grown : 0;
  const total = km.stats[mm.at / 2 + MM_PAGES.total]! + grown;
  const fits =
    pages * PAGE_SIZE <= rules.stackBytes &&
    locked * PAGE_SIZE <= rules.memlockBytes &&
    total * PAGE_SIZE <= rules.addressSpaceBytes;
  return fits ? vma : 0;
}

/**
 * Grows the stack above `page` down to it, if it may. The caller holds mmap_sem for read, before and
 * after; where Linux wants it for write (6.5), it is let go in between, and everything may change.
 */
export function* growStack(cpu: Cpu, mm: Mm, page: number): Op<void> {
  if (cpu.rules.growsStackForWrite) {
    yield* upRead(cpu, mm.sem);
    yield* downWrite(cpu, mm.sem);
    yield* growLocked(cpu, mm, page);
    yield* downgradeWrite(cpu, mm.sem);
    return;
  }
  const lock = mm.at + MM.stackLock;
  yield* spinLock(cpu, lock);
  yield* growLocked(cpu, mm, page);
  spinUnlock(cpu, lock);
}

function* growLocked(cpu: Cpu, mm: Mm, page: number): Op<void> {
  const vma = growsTo(cpu, mm, page);
  if (vma === 0) return;
  // While its old neighbours are its neighbours: it may not become theirs by what it grows to.
  if (anonVmaOf(cpu.km, vma) === 0) anonVmaPrepare(cpu, mm, vma);
  yield* moveEdges(cpu, mm, vma, page, endOf(cpu.km, vma));
  const below = prevOf(cpu.km, vma);
  // It may be like the neighbour that it touches now, and Linux does not look.
  if (below !== 0 && endOf(cpu.km, below) === page) cpu.km.stats[cpu.stat + STAT.splitsLeft]! += 1;
}
