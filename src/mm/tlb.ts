/**
 * User memory accesses against the freeing of what they reach.
 *
 * A CPU keeps translations that it has used (`translations.ts`), and that no change of the page tables
 * takes from it. What it does not know it looks up: a CPU that accesses user memory walks the page tables without any lock, like the hardware it
 * stands for, and then reads or writes the frame it found. Between the two, another CPU may clear
 * the PTE; it must not free the frame (or a table of the walk) before this access is over. Linux
 * gets that from the TLB flush: its IPI is answered between two instructions. So here:
 *
 *   access side                          flush side
 *   mode = 1, full barrier               clear PTEs
 *   generation changed? forget all       raise the mm's generation, full barrier
 *   before every access:                 for every task of the mm with mode 1: raise ipiSent
 *     ipiSent != ipiAck?                 wait until its ipiAck catches up or its mode is 0
 *       forget all, ipiAck = it          free
 *   look up or walk, touch the frame
 *   mode = 0, answer what has come in
 *
 * Whoever finds mode 0 need not wait: that task will look at the generation and walk the tables again
 * (Linux: context.tlb_gen), and both sides have a full barrier between their store and their load, so
 * that at least one sees the other. Setting the mode and reading the generation are one step for
 * whoever interleaves tasks: a flush in between waits for the answer.
 */
import { giveBlocks } from './block-alloc.js';
import { MM, TASK } from './layout.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { freeFrames } from './page-alloc.js';
import { giveAll, tablePool } from './pool.js';

export const USER = 1;
export const KERNEL = 0;

/** An exchange, because a store alone is a full barrier on x86 only. */
export function enterUser(cpu: Cpu, mm: Mm): void {
  const { words } = cpu.km;
  Atomics.exchange(words, cpu.self + TASK.mode, USER);
  cpu.translations.follow(mm, Atomics.load(words, mm.at + MM.tlbGeneration));
}

/** Answers after the mode is set: who has seen USER before that waits for the answer alone. */
export function leaveUser(cpu: Cpu): void {
  Atomics.store(cpu.km.words, cpu.self + TASK.mode, KERNEL);
  answerIpi(cpu);
}

/** Answers the IPIs that have come in. Nothing of an access may be in flight. */
export function answerIpi(cpu: Cpu): void {
  const { words } = cpu.km;
  const sent = Atomics.load(words, cpu.self + TASK.ipiSent);
  if (sent !== words[cpu.self + TASK.ipiAck]) cpu.translations.clear();
  Atomics.store(words, cpu.self + TASK.ipiAck, sent);
}

/** flush_tlb_mm_range: returns when no other CPU can reach what was cleared before the call. */
export function* flushTlb(cpu: Cpu, mm: Mm): Op<void> {
  const { km } = cpu;
  const { words } = km;
  let ipis = 0;
  if (cpu.shouldYield()) yield STOP.step;
  Atomics.add(words, mm.at + MM.tlbGeneration, 1);
  for (let task = 0; task < km.geometry.tasks; task++) {
    const at = km.taskAt(task);
    cpu.ipiSent[task] = 0;
    if (task === cpu.task || words[at + TASK.mm] !== mm.id) continue;
    if (cpu.shouldYield()) yield STOP.step;
    if (Atomics.load(words, at + TASK.mode) !== USER) continue;
    if (cpu.shouldYield()) yield STOP.step;
    cpu.ipiSent[task] = (Atomics.add(words, at + TASK.ipiSent, 1) + 1) | 0;
    ipis += 1;
  }
  cpu.charge(COST.tlbFlush, 1);
  if (ipis === 0) return;
  cpu.charge(COST.ipi, ipis);
  for (let task = 0; task < km.geometry.tasks; task++) {
    const sent = cpu.ipiSent[task]!;
    if (sent !== 0) yield* awaitAck(cpu, km.taskAt(task), sent);
  }
}

function* awaitAck(cpu: Cpu, at: number, sent: number): Op<void> {
  const { words } = cpu.km;
  for (;;) {
    if (cpu.shouldYield()) yield STOP.step;
    const ack = Atomics.load(words, at + TASK.ipiAck);
    if (((ack - sent) | 0) >= 0) return;
    if (Atomics.load(words, at + TASK.mode) !== USER) return;
    cpu.spinWord = at + TASK.ipiAck;
    cpu.spinValue = ack;
    yield STOP.spin;
  }
}

/** tlb_flush_mmu: flush, then free all that the CPU has gathered. */
export function* flushAndFree(cpu: Cpu, mm: Mm): Op<void> {
  const { gather } = cpu;
  if (gather.empty) return;
  gather.hasUncounted = false;
  yield* flushTlb(cpu, mm);
  yield* freeGathered(cpu);
}

/** tlb_flush_mmu_free: frees all that the CPU has gathered and that no other CPU can reach. */
export function* freeGathered(cpu: Cpu): Op<void> {
  const { gather } = cpu;
  yield* freeFrames(cpu, gather.frames, gather.frameCount);
  gather.frameCount = 0;
  yield* giveBlocks(cpu, gather.blocks, gather.blockCount);
  gather.blockCount = 0;
  if (gather.tableCount === 0) return;
  yield* giveAll(cpu, tablePool(cpu.km), gather.tables, gather.tableCount);
  gather.tableCount = 0;
}
