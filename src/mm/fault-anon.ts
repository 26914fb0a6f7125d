/**
 * Faults of private anonymous memory beyond the plain handler of `fault.ts` (4.17 do_anonymous_page,
 * do_wp_page): stores to the zero page, and to pages that have lost their write permission.
 */
import { anonVmaPrepare } from './anon-vma.js';
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { faultHuge } from './fault-huge.js';
import { FRAME, FRAME_WORDS, PTE, TABLE } from './layout.js';
import { addRss, type Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { putBackFrame, refill, tryAllocFrame } from './page-alloc.js';
import { allocTables, pteSlot } from './page-table.js';
import { spinLock, spinUnlock } from './spinlock.js';
import { flushTlb } from './tlb.js';

/** With mmap_sem held, permissions checked. */
export function* faultAnon(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  page: number,
  access: Access,
): Op<FaultResult> {
  const { tables, zeroFrame } = cpu.km;
  const huge = yield* faultHuge(cpu, mm, vma, page, access);
  if (huge !== undefined) return huge;
  let slot = pteSlot(cpu.km, mm.root, page);
  if (slot === 0) {
    if (!(yield* allocTables(cpu, mm, page))) return FAULT.outOfMemory;
    slot = pteSlot(cpu.km, mm.root, page);
    // Another task has just put a huge page here: the access will see.
    if (slot === 0) return FAULT.done;
  }
  cpu.faultSlot = slot;
  const pte = tables[slot]!;
  if ((pte & access) !== 0) return FAULT.done;
  if (pte !== 0 && pte >>> PTE.shift !== zeroFrame) return yield* allowWrite(cpu, slot, pte);
  cpu.charge(COST.pteWork, 1);
  if (access === ACCESS.load) {
    if (cpu.mustYield()) yield STOP.step;
    Atomics.compareExchange(tables, slot, 0, (zeroFrame << PTE.shift) | PTE.present);
    return FAULT.done;
  }
  const frame = yield* allocFrame(cpu);
  if (frame === 0) return FAULT.outOfMemory;
  anonVmaPrepare(cpu, mm, vma);
  cpu.charge(COST.zeroPage, 1);
  return yield* installAnon(cpu, mm, { page, slot, pte, frame });
}

/** A zeroed frame with one reference and one mapping; 0 when there is none left. */
export function* allocFrame(cpu: Cpu): Op<number> {
  const frame = tryAllocFrame(cpu);
  if (frame !== 0) return frame;
  return (yield* refill(cpu)) ? tryAllocFrame(cpu) : 0;
}

/**
 * Puts a new private frame where `pte` was read: nothing, or a page that all may share. Another fault
 * that was first keeps its page, and the frame goes back. What CPUs knew of the old page is flushed.
 */
export function* installAnon(
  cpu: Cpu,
  mm: Mm,
  at: {
    readonly page: number;
    readonly slot: number;
    readonly pte: number;
    readonly frame: number;
  },
): Op<FaultResult> {
  const { tables } = cpu.km;
  const fresh = (at.frame << PTE.shift) | PTE.present | PTE.write | PTE.dirty;
  const lock = tableLockOf(cpu, at.slot);
  yield* spinLock(cpu, lock);
  const isMine = Atomics.compareExchange(tables, at.slot, at.pte, fresh) === at.pte;
  spinUnlock(cpu, lock);
  if (!isMine) {
    putBackFrame(cpu, at.frame);
    return FAULT.done;
  }
  addRss(cpu, mm, 1);
  if (at.pte !== 0) yield* flushTlb(cpu, mm);
  return FAULT.done;
}

/** wp_page_reuse: nobody else has the page, so it need not be copied. */
export function* allowWrite(cpu: Cpu, slot: number, pte: number): Op<FaultResult> {
  const lock = tableLockOf(cpu, slot);
  yield* spinLock(cpu, lock);
  // Whoever has changed it meanwhile has answered the fault, or it comes again.
  Atomics.compareExchange(cpu.km.tables, slot, pte, pte | PTE.write | PTE.dirty);
  spinUnlock(cpu, lock);
  return FAULT.done;
}

/** The lock of the page table that an index into `km.tables` lies in. */
export function tableLockOf(cpu: Cpu, slot: number): number {
  return cpu.km.tableRecordAt(slot >>> 9) + TABLE.lock;
}

/** The word of a frame's content, as an index into `km.frames`. */
export function contentOf(frame: number): number {
  return frame * FRAME_WORDS + FRAME.content;
}
