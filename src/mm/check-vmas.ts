/** The VMA half of `check.ts`: list, tree and counters of one address space. */
import type { KernelMemory } from './kernel-memory.js';
import { MM, VMA, VMA_WORDS } from './layout.js';
import { gapMaxIsTrue } from './vma-index.js';
import {
  VM_DEAD,
  VM_SPECIAL,
  anonVmaOf,
  endOf,
  fileOf,
  flagsOf,
  nextOf,
  pgoffOf,
  prevOf,
  startOf,
} from './vma.js';

type Claim = (holds: boolean, otherwise: () => string) => void;

/**
 * VMAs are ordered, disjoint, not empty, not dead, and could not be merged further; list and tree
 * hold the same ones, and the count says how many. Returns what they cover: start, end, start, ...
 */
export function checkVmas(km: KernelMemory, mm: number, claim: Claim): number[] {
  const inTree = treeOrder(km, mm, claim);
  const covered: number[] = [];
  inTree.forEach((vma, i) => {
    const [start, end] = [startOf(km, vma), endOf(km, vma)];
    claim(start < end, () => `mm ${mm}: VMA ${vma} is empty`);
    claim((flagsOf(km, vma) & VM_DEAD) === 0, () => `mm ${mm}: VMA ${vma} is left dead`);
    claim(prevOf(km, vma) === (inTree[i - 1] ?? 0), () => `mm ${mm}: VMA ${vma}: wrong prev`);
    claim(nextOf(km, vma) === (inTree[i + 1] ?? 0), () => `mm ${mm}: VMA ${vma}: wrong next`);
    const last = covered.length - 1;
    if (last >= 0) {
      claim(covered[last]! <= start, () => `mm ${mm}: VMA ${vma} overlaps the one below`);
    }
    if (last >= 0 && covered[last] === start) covered[last] = end;
    else covered.push(start, end);
  });
  const count = km.words[km.mmAt(mm) + MM.mapCount]!;
  claim(count === inTree.length, () => `mm ${mm}: ${inTree.length} VMAs, map_count ${count}`);
  return covered;
}

function treeOrder(km: KernelMemory, mm: number, claim: Claim): number[] {
  const order: number[] = [];
  const visit = (node: number, parent: number): void => {
    if (node === 0) return;
    const at = node * VMA_WORDS;
    claim(km.vmaWords[at + VMA.parent] === parent, () => `mm ${mm}: VMA ${node}: wrong parent`);
    claim(gapMaxIsTrue(km, node), () => `mm ${mm}: VMA ${node}: wrong hole summary`);
    if (order.length > km.geometry.vmas) return;
    visit(km.vmaWords[at + VMA.left]!, node);
    order.push(node);
    visit(km.vmaWords[at + VMA.right]!, node);
  };
  visit(km.words[km.mmAt(mm) + MM.tree]!, 0);
  return order;
}

/**
 * Neighbours that could be one VMA: whoever makes two alike merges them, so there are none unless a
 * call failed halfway.
 */
export function unmergedNeighbours(km: KernelMemory, mm: number): number {
  let unmerged = 0;
  for (const vma of treeOrder(km, mm, () => undefined)) {
    const next = nextOf(km, vma);
    if (next === 0 || endOf(km, vma) !== startOf(km, next)) continue;
    const [ours, theirs] = [anonVmaOf(km, vma), anonVmaOf(km, next)];
    const alike =
      flagsOf(km, vma) === flagsOf(km, next) &&
      (flagsOf(km, vma) & VM_SPECIAL) === 0 &&
      fileOf(km, vma) === fileOf(km, next) &&
      pgoffOf(km, vma) + endOf(km, vma) - startOf(km, vma) === pgoffOf(km, next) &&
      (ours === 0 || theirs === 0 || ours === theirs);
    if (alike) unmerged += 1;
  }
  return unmerged;
}

/** Page ranges covered by the VMAs of an mm: start, end, start, end, ... in order. */
export type Covered = readonly number[];

/** Whether pages [start, end) are all covered. */
export function isCovered(covered: Covered, start: number, end: number): boolean {
  let low = 0;
  let high = covered.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (covered[2 * middle + 1]! > start) high = middle;
    else low = middle + 1;
  }
  return 2 * low < covered.length && covered[2 * low]! <= start && end <= covered[2 * low + 1]!;
}
