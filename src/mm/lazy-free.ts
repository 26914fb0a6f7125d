/**
 * Anonymous pages that nobody needs any longer, and that go when memory is short (MADV_FREE; mm/madvise.c
 * madvise_free_pte_range). They are clean, which anonymous pages are not otherwise; a store makes them
 * dirty, and needed, again. Memory is never short here: MADV_PAGEOUT alone takes them.
 */
import { FRAME, FRAME_WORDS, PTE, TABLE } from './layout.js';
import { addRss, type Mm } from './mm.js';
import { STOP, type Cpu, type Op } from './op.js';
import { UNMAPPED } from './page-alloc.js';
import { endOfPopulated, pteIndex, pteTableOf } from './page-table.js';
import { isOwn, rewritePtes } from './rewrite-ptes.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';
import { flushAndFree } from './tlb.js';

const FLAGS = PTE.present | PTE.write | PTE.dirty;

/**
 * MADV_FREE of [first, end) in a private anonymous VMA. Needs mmap_sem in either mode. Huge pages that
 * lie in it wholly stay needed.
 */
export function* freeLazily(cpu: Cpu, mm: Mm, first: number, end: number): Op<void> {
  const { km } = cpu;
  const rewrite = (pte: number): number => pte & FLAGS & ~(isOwn(km, pte) ? PTE.dirty : 0);
  yield* rewritePtes(cpu, mm, first, end, rewrite);
}

/** MADV_PAGEOUT of the same: what was freed lazily and not written since is freed. */
export function* dropLazilyFreed(cpu: Cpu, mm: Mm, first: number, end: number): Op<void> {
  const { km, gather } = cpu;
  for (let page = first; page < end;) {
    const table = pteTableOf(km, mm.root, page);
    const next = Math.min(end, endOfPopulated(km, mm.root, page));
    for (let at = page; table !== 0 && at < next;) {
      const lock = km.tableRecordAt(table) + TABLE.lock;
      if (cpu.mustYield()) yield STOP.step;
      if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
      for (; at < next && !gather.full; at++) dropIfClean(cpu, mm, pteIndex(table, at));
      spinUnlock(cpu, lock);
      if (gather.full) yield* flushAndFree(cpu, mm);
    }
    page = next;
  }
  yield* flushAndFree(cpu, mm);
}

/** Under its table's lock. */
function dropIfClean(cpu: Cpu, mm: Mm, slot: number): void {
  const { tables, frames } = cpu.km;
  const { gather } = cpu;
  const pte = tables[slot]!;
  if (pte === 0 || (pte & PTE.dirty) !== 0 || !isOwn(cpu.km, pte)) return;
  // Whoever stores to it at this moment makes it dirty first, and keeps it.
  if (Atomics.compareExchange(tables, slot, pte, 0) !== pte) return;
  const frame = pte >>> PTE.shift;
  frames[frame * FRAME_WORDS + FRAME.state] = UNMAPPED;
  gather.frames[gather.frameCount] = frame;
  gather.frameCount += 1;
  addRss(cpu, mm, -1);
}
