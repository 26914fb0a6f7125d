/**
 * Whose anonymous pages a VMA has: VMAs get an identity at their first private write, from a
 * neighbour that they could merge with if they have one (4.17 anon_vma_prepare,
 * find_mergeable_anon_vma). VMAs of different identities never merge.
 */
import { MM, VMA, VMA_WORDS } from './layout.js';
import type { Mm } from './mm.js';
import type { Cpu } from './op.js';
import {
  VM_ACCESS_FLAGS,
  VM_UNWRITTEN,
  anonVmaOf,
  endOf,
  fileOf,
  flagsOf,
  nextOf,
  pgoffOf,
  prevOf,
  startOf,
} from './vma.js';

/** Needs mmap_sem in either mode. */
export function anonVmaPrepare(cpu: Cpu, mm: Mm, vma: number): void {
  const { km } = cpu;
  if (anonVmaOf(km, vma) !== 0) return;
  const next = nextOf(km, vma);
  const prev = prevOf(km, vma);
  let anonVma = next !== 0 && couldMerge(cpu, vma, next) ? anonVmaOf(km, next) : 0;
  if (anonVma === 0 && prev !== 0 && couldMerge(cpu, prev, vma)) anonVma = anonVmaOf(km, prev);
  if (anonVma === 0) anonVma = Atomics.add(km.words, mm.at + MM.anonVmas, 1) + 1;
  // Another fault in this VMA may have been first.
  const at = vma * VMA_WORDS;
  Atomics.compareExchange(km.vmaWords, at + VMA.anonVma, 0, anonVma);
  Atomics.and(km.vmaWords, at + VMA.flags, ~VM_UNWRITTEN);
}

/** anon_vma_compatible: neighbours that an mprotect may still make one. */
function couldMerge(cpu: Cpu, below: number, above: number): boolean {
  const { km } = cpu;
  return (
    endOf(km, below) === startOf(km, above) &&
    fileOf(km, below) === fileOf(km, above) &&
    ((flagsOf(km, below) ^ flagsOf(km, above)) & ~VM_ACCESS_FLAGS) === 0 &&
    pgoffOf(km, below) + (endOf(km, below) - startOf(km, below)) === pgoffOf(km, above)
  );
}
