/**
 * The ordered index of an mm's VMAs: a list in address order, and over it a search tree in which
 * every node knows the largest hole below any VMA of its subtree, so that placement need not look
 * at every VMA (the role of 4.17's augmented rbtree; here a treap, whose balance comes from a hash
 * of the handle and needs no bookkeeping of colours).
 *
 * Everything here needs mmap_sem for write, except findGap's and findVma's reads.
 */
import { assert } from '../util/assert.js';
import type { KernelMemory } from './kernel-memory.js';
import { MM, VMA, VMA_PAGES, VMA_WORDS } from './layout.js';
import type { Mm } from './mm.js';
import { VM_GROWSDOWN, endOf, findVma, flagsOf, nextOf, prevOf, startOf } from './vma.js';

const PAGE_FIELDS = VMA_WORDS / 2;

/** What mappings keep clear of a stack's lower end (stack_guard_gap). */
export const STACK_GUARD_PAGES = 256;

/** VMA.left, right, parent, prev or next. */
type LinkField = number;

function link(km: KernelMemory, node: number, field: LinkField): number {
  return km.vmaWords[node * VMA_WORDS + field]!;
}

function setLink(km: KernelMemory, node: number, field: LinkField, to: number): void {
  km.vmaWords[node * VMA_WORDS + field] = to;
}

function gapMaxOf(km: KernelMemory, node: number): number {
  return node === 0 ? 0 : km.vmaPages[node * PAGE_FIELDS + VMA_PAGES.gapMax]!;
}

/** The end of the VMA below, 0 at the bottom: where the hole below `vma` begins. */
function gapStart(km: KernelMemory, vma: number): number {
  const prev = prevOf(km, vma);
  return prev === 0 ? 0 : endOf(km, prev);
}

/**
 * Where the hole below `vma` ends for placement: in front of its guard gap, if it is a stack that grows
 * (vm_start_gap).
 */
export function holeEnd(km: KernelMemory, vma: number): number {
  const start = startOf(km, vma);
  if ((flagsOf(km, vma) & VM_GROWSDOWN) === 0) return start;
  return Math.max(gapStart(km, vma), start - STACK_GUARD_PAGES);
}

function gapMaxHere(km: KernelMemory, node: number): number {
  return Math.max(
    holeEnd(km, node) - gapStart(km, node),
    gapMaxOf(km, link(km, node, VMA.left)),
    gapMaxOf(km, link(km, node, VMA.right)),
  );
}

/** Whether the node knew it already. */
function refresh(km: KernelMemory, node: number): boolean {
  const at = node * PAGE_FIELDS + VMA_PAGES.gapMax;
  const gapMax = gapMaxHere(km, node);
  const isKnown = km.vmaPages[at] === gapMax;
  km.vmaPages[at] = gapMax;
  return isKnown;
}

/** After a change at `from`: a node that knew it already tells its parent nothing new. */
function refreshToRoot(km: KernelMemory, from: number): void {
  for (let node = from; node !== 0; node = link(km, node, VMA.parent)) {
    if (refresh(km, node)) break;
  }
}

/** A fixed pseudo-random priority per record, for trees of VMAs. */
export function priority(vma: number): number {
  let x = Math.imul(vma, 0x9e37_79b1);
  x = Math.imul(x ^ (x >>> 15), 0x85eb_ca6b);
  return (x ^ (x >>> 13)) >>> 0;
}

function replaceChild(km: KernelMemory, mm: Mm, parent: number, from: number, to: number): void {
  if (parent === 0) km.words[mm.at + MM.tree] = to;
  else if (link(km, parent, VMA.left) === from) setLink(km, parent, VMA.left, to);
  else setLink(km, parent, VMA.right, to);
  if (to !== 0) setLink(km, to, VMA.parent, parent);
}

/** Lifts `node` above its parent. */
function rotateUp(km: KernelMemory, mm: Mm, node: number): void {
  const parent = link(km, node, VMA.parent);
  const left = link(km, parent, VMA.left) === node;
  const [near, far] = left ? [VMA.left, VMA.right] : [VMA.right, VMA.left];
  replaceChild(km, mm, link(km, parent, VMA.parent), parent, node);
  const moved = link(km, node, far);
  setLink(km, parent, near, moved);
  if (moved !== 0) setLink(km, moved, VMA.parent, parent);
  setLink(km, node, far, parent);
  setLink(km, parent, VMA.parent, node);
  refresh(km, parent);
  refresh(km, node);
}

/** The VMA with the highest end at or below `page`, 0 if none. */
export function lastBelow(km: KernelMemory, mm: Mm, page: number): number {
  const above = findVma(km, mm, page);
  if (above !== 0) return prevOf(km, above);
  let node = km.words[mm.at + MM.tree]!;
  while (node !== 0 && link(km, node, VMA.right) !== 0) node = link(km, node, VMA.right);
  return node;
}

/** vma_link: puts a filled record into list and tree. Its range must be free. */
export function insertVma(km: KernelMemory, mm: Mm, vma: number): void {
  const start = startOf(km, vma);
  let parent = 0;
  let prev = 0;
  let next = 0;
  let node = km.words[mm.at + MM.tree]!;
  while (node !== 0) {
    parent = node;
    if (startOf(km, node) < start) {
      prev = node;
      node = link(km, node, VMA.right);
    } else {
      next = node;
      node = link(km, node, VMA.left);
    }
  }
  assert(prev === 0 || endOf(km, prev) <= start, 'a new VMA overlaps the one below');
  assert(next === 0 || endOf(km, vma) <= startOf(km, next), 'a new VMA overlaps the one above');
  setLink(km, vma, VMA.prev, prev);
  setLink(km, vma, VMA.next, next);
  if (prev !== 0) setLink(km, prev, VMA.next, vma);
  if (next !== 0) setLink(km, next, VMA.prev, vma);
  setLink(km, vma, VMA.left, 0);
  setLink(km, vma, VMA.right, 0);
  setLink(km, vma, VMA.parent, parent);
  if (parent === 0) km.words[mm.at + MM.tree] = vma;
  else setLink(km, parent, parent === prev ? VMA.right : VMA.left, vma);
  // The parent's is another subtree now, whatever the record has said before.
  refresh(km, vma);
  refreshToRoot(km, parent);
  // Before rotations, which refresh only the two that change places.
  refreshToRoot(km, next);
  for (;;) {
    const above = link(km, vma, VMA.parent);
    if (above === 0 || priority(above) >= priority(vma)) break;
    rotateUp(km, mm, vma);
  }
}

/** vma_unlink: takes a VMA out of list and tree; its own links are left dangling. */
export function removeVma(km: KernelMemory, mm: Mm, vma: number): void {
  for (;;) {
    const left = link(km, vma, VMA.left);
    const right = link(km, vma, VMA.right);
    if (left === 0 && right === 0) break;
    const lift = right === 0 || (left !== 0 && priority(left) > priority(right)) ? left : right;
    rotateUp(km, mm, lift);
  }
  const parent = link(km, vma, VMA.parent);
  replaceChild(km, mm, parent, vma, 0);
  const prev = prevOf(km, vma);
  const next = nextOf(km, vma);
  if (prev !== 0) setLink(km, prev, VMA.next, next);
  if (next !== 0) setLink(km, next, VMA.prev, prev);
  refreshToRoot(km, parent);
  refreshToRoot(km, next);
}

/** Moves a VMA's edges without passing a neighbour. */
export function resizeVma(km: KernelMemory, vma: number, start: number, end: number): void {
  const prev = prevOf(km, vma);
  const next = nextOf(km, vma);
  assert(start < end, 'a VMA may not become empty');
  assert(prev === 0 || endOf(km, prev) <= start, 'a VMA grew into the one below');
  assert(next === 0 || end <= startOf(km, next), 'a VMA grew into the one above');
  km.vmaPages[vma * PAGE_FIELDS + VMA_PAGES.start] = start;
  km.vmaPages[vma * PAGE_FIELDS + VMA_PAGES.end] = end;
  refreshToRoot(km, vma);
  refreshToRoot(km, next);
}

/**
 * unmapped_area_topdown: first page of the highest hole in [low, high) that takes `pages` pages,
 * placed at the hole's upper end; -1 if there is none.
 */
export function findGap(
  km: KernelMemory,
  mm: Mm,
  pages: number,
  low: number,
  high: number,
): number {
  const last = lastBelow(km, mm, Infinity);
  const top = last === 0 ? 0 : endOf(km, last);
  if (high - Math.max(top, low) >= pages) return high - pages;
  return findGapIn(km, km.words[mm.at + MM.tree]!, pages, low, high);
}

function findGapIn(
  km: KernelMemory,
  node: number,
  pages: number,
  low: number,
  high: number,
): number {
  if (node === 0 || gapMaxOf(km, node) < pages) return -1;
  if (startOf(km, node) < high) {
    const above = findGapIn(km, link(km, node, VMA.right), pages, low, high);
    if (above >= 0) return above;
  }
  const holeStart = Math.max(gapStart(km, node), low);
  const end = Math.min(holeEnd(km, node), high);
  if (end - holeStart >= pages) return end - pages;
  if (gapStart(km, node) <= low) return -1;
  return findGapIn(km, link(km, node, VMA.left), pages, low, high);
}

/** unmapped_area: the same for the lowest hole, placed at its lower end. */
export function findGapUp(
  km: KernelMemory,
  mm: Mm,
  pages: number,
  low: number,
  high: number,
): number {
  const found = findGapUpIn(km, km.words[mm.at + MM.tree]!, pages, low, high);
  if (found >= 0) return found;
  const last = lastBelow(km, mm, Infinity);
  const top = Math.max(last === 0 ? 0 : endOf(km, last), low);
  return high - top >= pages ? top : -1;
}

function findGapUpIn(
  km: KernelMemory,
  node: number,
  pages: number,
  low: number,
  high: number,
): number {
  if (node === 0 || gapMaxOf(km, node) < pages) return -1;
  if (startOf(km, node) > low) {
    const below = findGapUpIn(km, link(km, node, VMA.left), pages, low, high);
    if (below >= 0) return below;
    const holeStart = Math.max(gapStart(km, node), low);
    if (Math.min(holeEnd(km, node), high) - holeStart >= pages) return holeStart;
  }
  if (startOf(km, node) >= high) return -1;
  return findGapUpIn(km, link(km, node, VMA.right), pages, low, high);
}

/** Whether a subtree's hole summary is what its nodes say; for check.ts. */
export function gapMaxIsTrue(km: KernelMemory, node: number): boolean {
  return gapMaxOf(km, node) === gapMaxHere(km, node);
}
