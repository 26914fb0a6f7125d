/**
 * The VMAs that map a file, by the pages of the file that they show (i_mmap, an interval tree): a file
 * may be mapped page by page, by as many VMAs as an address space can have.
 *
 * A treap in the order of first pages and handles, in which every node knows the highest end of its
 * subtree. Everything here needs the file's lock.
 */
import { assert } from '../util/assert.js';
import type { KernelMemory } from './kernel-memory.js';
import { FILE, VMA, VMA_PAGES, VMA_WORDS } from './layout.js';
import { priority } from './vma-index.js';
import { endOf, fileOf, pgoffOf, startOf } from './vma.js';

/** VMA.mapLeft or mapRight. */
type LinkField = number;

function link(km: KernelMemory, node: number, field: LinkField): number {
  return km.vmaWords[node * VMA_WORDS + field]!;
}

function setLink(km: KernelMemory, node: number, field: LinkField, to: number): void {
  km.vmaWords[node * VMA_WORDS + field] = to;
}

/** Behind the last page of the file that a VMA shows. */
function fileEndOf(km: KernelMemory, vma: number): number {
  return pgoffOf(km, vma) + endOf(km, vma) - startOf(km, vma);
}

function highestEnd(km: KernelMemory, node: number): number {
  return node === 0 ? 0 : km.vmaPages[(node * VMA_WORDS) / 2 + VMA_PAGES.mapEnd]!;
}

function highestEndHere(km: KernelMemory, node: number): number {
  return Math.max(
    fileEndOf(km, node),
    highestEnd(km, link(km, node, VMA.mapLeft)),
    highestEnd(km, link(km, node, VMA.mapRight)),
  );
}

function refresh(km: KernelMemory, node: number): void {
  km.vmaPages[(node * VMA_WORDS) / 2 + VMA_PAGES.mapEnd] = highestEndHere(km, node);
}

function isBefore(km: KernelMemory, a: number, b: number): boolean {
  const first = pgoffOf(km, a);
  const other = pgoffOf(km, b);
  return first === other ? a < b : first < other;
}

/** The VMA is one of its file's from now on. */
export function linkToFile(km: KernelMemory, vma: number): void {
  const root = km.fileAt(fileOf(km, vma)) + FILE.mapRoot;
  km.words[root] = insert(km, km.words[root]!, vma);
}

/** With the edges that it had when it was linked. */
export function unlinkFromFile(km: KernelMemory, vma: number): void {
  const root = km.fileAt(fileOf(km, vma)) + FILE.mapRoot;
  km.words[root] = remove(km, km.words[root]!, vma);
}

/** After its end has moved, and nothing else of it. */
export function noteEndInFile(km: KernelMemory, vma: number): void {
  refreshPath(km, km.words[km.fileAt(fileOf(km, vma)) + FILE.mapRoot]!, vma);
}

function refreshPath(km: KernelMemory, node: number, vma: number): void {
  assert(node !== 0, `VMA ${vma} is not where its file looks for it`);
  if (node !== vma) {
    const side = isBefore(km, vma, node) ? VMA.mapLeft : VMA.mapRight;
    refreshPath(km, link(km, node, side), vma);
  }
  refresh(km, node);
}

/** The root of a subtree with one VMA more; so the next. */
function insert(km: KernelMemory, node: number, vma: number): number {
  if (node === 0 || priority(vma) > priority(node)) {
    partAt(km, node, vma);
    refresh(km, vma);
    return vma;
  }
  const side = isBefore(km, vma, node) ? VMA.mapLeft : VMA.mapRight;
  setLink(km, node, side, insert(km, link(km, node, side), vma));
  refresh(km, node);
  return node;
}

function remove(km: KernelMemory, node: number, vma: number): number {
  assert(node !== 0, `VMA ${vma} is not where its file looks for it`);
  if (node === vma) return join(km, link(km, vma, VMA.mapLeft), link(km, vma, VMA.mapRight));
  const side = isBefore(km, vma, node) ? VMA.mapLeft : VMA.mapRight;
  setLink(km, node, side, remove(km, link(km, node, side), vma));
  refresh(km, node);
  return node;
}

/** What is before `vma` becomes its left subtree, the rest its right one. */
function partAt(km: KernelMemory, node: number, vma: number): void {
  if (node === 0) {
    setLink(km, vma, VMA.mapLeft, 0);
    setLink(km, vma, VMA.mapRight, 0);
    return;
  }
  const isLow = isBefore(km, node, vma);
  const inner = isLow ? VMA.mapRight : VMA.mapLeft;
  const outer = isLow ? VMA.mapLeft : VMA.mapRight;
  partAt(km, link(km, node, inner), vma);
  setLink(km, node, inner, link(km, vma, outer));
  refresh(km, node);
  setLink(km, vma, outer, node);
}

function join(km: KernelMemory, low: number, high: number): number {
  if (low === 0 || high === 0) return low + high;
  if (priority(low) > priority(high)) {
    setLink(km, low, VMA.mapRight, join(km, link(km, low, VMA.mapRight), high));
    refresh(km, low);
    return low;
  }
  setLink(km, high, VMA.mapLeft, join(km, low, link(km, high, VMA.mapLeft)));
  refresh(km, high);
  return high;
}

/**
 * The next VMA behind `after` (0: the first) that shows one of the pages [first, end) of the file; 0 when
 * there is none.
 */
export function nextMapping(
  km: KernelMemory,
  file: number,
  after: number,
  first: number,
  end: number,
): number {
  return nextIn(km, km.words[km.fileAt(file) + FILE.mapRoot]!, after, first, end);
}

function nextIn(km: KernelMemory, from: number, after: number, first: number, end: number): number {
  for (let node = from; node !== 0 && highestEnd(km, node) > first;) {
    if (after === 0 || isBefore(km, after, node)) {
      const below = nextIn(km, link(km, node, VMA.mapLeft), after, first, end);
      if (below !== 0) return below;
      if (pgoffOf(km, node) >= end) return 0;
      if (fileEndOf(km, node) > first) return node;
    }
    node = link(km, node, VMA.mapRight);
  }
  return 0;
}

/** All VMAs of a file in their order, and whether the tree's nodes are what they say; for check.ts. */
export function mappingsOfFile(
  km: KernelMemory,
  file: number,
): { readonly vmas: readonly number[]; readonly isTrue: boolean } {
  const vmas: number[] = [];
  let isTrue = true;
  const visit = (node: number): void => {
    if (node === 0 || vmas.length > km.geometry.vmas) return;
    visit(link(km, node, VMA.mapLeft));
    const before = vmas.at(-1);
    if (before !== undefined && !isBefore(km, before, node)) isTrue = false;
    if (highestEnd(km, node) !== highestEndHere(km, node)) isTrue = false;
    vmas.push(node);
    visit(link(km, node, VMA.mapRight));
  };
  visit(km.words[km.fileAt(file) + FILE.mapRoot]!);
  return { vmas, isTrue };
}
