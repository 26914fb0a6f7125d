/** Taking away PTEs of pages that others may have, too: out of the way of `page-table.ts`' loop. */
import { FRAME, FRAME_DIRTY, FRAME_MAP_ONE, FRAME_WORDS, PTE } from './layout.js';
import type { Cpu } from './op.js';

/**
 * Clears a PTE under its table's lock. Returns whether it had a reference to its frame, which is the
 * caller's now, to be dropped after a TLB flush: the zero page is counted nowhere.
 *
 * By an exchange, because a store of another CPU may be making the PTE dirty. The page is dirty before
 * it is unmapped: whoever sees it unmapped and clean may drop it.
 */
export function zapShared(cpu: Cpu, slot: number): boolean {
  const { tables, frames, zeroFrame } = cpu.km;
  const pte = Atomics.exchange(tables, slot, 0);
  const frame = pte >>> PTE.shift;
  if (frame === zeroFrame) {
    cpu.gather.hasUncounted = true;
    return false;
  }
  const state = frame * FRAME_WORDS + FRAME.state;
  if ((pte & PTE.dirty) !== 0) {
    Atomics.or(frames, state, FRAME_DIRTY);
    cpu.gather.forceFlush = true;
  }
  Atomics.sub(frames, state, FRAME_MAP_ONE);
  return true;
}
