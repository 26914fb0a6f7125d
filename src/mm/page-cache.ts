/**
 * The page cache of a file, and what its disk holds: radix trees of three levels of 512 entries, out
 * of the pool of page tables. Entries of `FILE.cache` are frames, entries of `FILE.disk` the words that
 * were written back; 0 is no page, and the content of what was never written.
 *
 * Everything here needs the file's lock (`file.ts`), lookups included.
 */
import { assert } from '../util/assert.js';
import { contentOf } from './fault-anon.js';
import type { KernelMemory } from './kernel-memory.js';
import {
  FILE,
  FILE_KIND,
  FRAME,
  FRAME_CACHED,
  FRAME_COUNT_ONE,
  FRAME_DIRTY,
  FRAME_MAPS,
  FRAME_WORDS,
  PTRS_PER_TABLE,
} from './layout.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { refill, tryAllocFrame } from './page-alloc.js';
import { give, take, tablePool } from './pool.js';
import { freeGathered } from './tlb.js';

/** Pages that a tree reaches; what lies behind is never cached (512 GiB). */
export const CACHE_PAGES = 2 ** 27;
/** Tables of a tree beyond its full ones: the root, and ragged ends. */
const TABLES_PER_TREE = 4;
/** log2 of the pages that one entry of the root covers, and of one level less each. */
const ROOT_SHIFT = 18;
const LEVEL_SHIFT = 9;

/** The most tables that a tree has for so many pages in a row. */
export function tablesOfTree(pages: number): number {
  const leaves = Math.ceil(pages / PTRS_PER_TABLE);
  return leaves + Math.ceil(leaves / PTRS_PER_TABLE) + TABLES_PER_TREE;
}

/** Index into `km.tables` of a page's entry, 0 when the tables that lead to it are missing. */
function entryOf(km: KernelMemory, root: number, index: number): number {
  if (root === 0 || index >= CACHE_PAGES) return 0;
  const { tables } = km;
  const middle = tables[(root << 9) | (index >>> 18)]!;
  if (middle === 0) return 0;
  const leaf = tables[(middle << 9) | ((index >>> 9) & 511)]!;
  return leaf === 0 ? 0 : (leaf << 9) | (index & 511);
}

/** The same, with missing tables made; 0 when there is no table left. `rootAt` is FILE.cache or disk. */
function* makeEntry(cpu: Cpu, rootAt: number, index: number): Op<number> {
  const { tables, words } = cpu.km;
  if (index >= CACHE_PAGES) return 0;
  if (words[rootAt] === 0) words[rootAt] = yield* takeTable(cpu);
  let table = words[rootAt]!;
  for (let shift = ROOT_SHIFT; shift > 0 && table !== 0; shift -= LEVEL_SHIFT) {
    const entry = (table << 9) | ((index >>> shift) & 511);
    if (tables[entry] === 0) tables[entry] = yield* takeTable(cpu);
    table = tables[entry]!;
  }
  return table === 0 ? 0 : (table << 9) | (index & 511);
}

function* takeTable(cpu: Cpu): Op<number> {
  cpu.charge(COST.allocTable, 1);
  return yield* take(cpu, tablePool(cpu.km));
}

/** First page of [from, end) that has an entry, `end` if none has. */
function nextEntry(km: KernelMemory, root: number, from: number, end: number): number {
  const { tables } = km;
  const last = Math.min(end, CACHE_PAGES);
  for (let index = from; root !== 0 && index < last;) {
    const middle = tables[(root << 9) | (index >>> 18)]!;
    const leaf = middle === 0 ? 0 : tables[(middle << 9) | ((index >>> 9) & 511)]!;
    if (leaf !== 0 && tables[(leaf << 9) | (index & 511)] !== 0) return index;
    const shift = middle === 0 ? ROOT_SHIFT : leaf === 0 ? LEVEL_SHIFT : 0;
    index = ((index >>> shift) + 1) << shift;
  }
  return end;
}

/** Clears the entries of the pages from `first` on, and frees the tables that have no others. */
function* trimTree(cpu: Cpu, rootAt: number, first: number): Op<void> {
  const root = cpu.km.words[rootAt]!;
  if (root === 0) return;
  yield* trimTable(cpu, root, ROOT_SHIFT, 0, first);
  if (first > 0) return;
  cpu.km.words[rootAt] = 0;
  yield* give(cpu, tablePool(cpu.km), root);
}

function* trimTable(cpu: Cpu, table: number, shift: number, base: number, first: number): Op<void> {
  const { tables } = cpu.km;
  const span = 2 ** shift;
  const from = Math.max(0, Math.floor((first - base) / span));
  for (let i = from; i < PTRS_PER_TABLE; i++) {
    const entry = (table << 9) | i;
    const child = tables[entry]!;
    if (child === 0) continue;
    const start = base + i * span;
    if (shift > 0) yield* trimTable(cpu, child, shift - LEVEL_SHIFT, start, first);
    if (start < first) continue;
    tables[entry] = 0;
    if (shift > 0) yield* give(cpu, tablePool(cpu.km), child);
  }
}

/** The frame of a cached page, 0 if it is not cached. */
export function cachedFrame(km: KernelMemory, file: number, index: number): number {
  const entry = entryOf(km, km.words[km.fileAt(file) + FILE.cache]!, index);
  return entry === 0 ? 0 : km.tables[entry]!;
}

/** First cached page of [from, end), `end` if there is none. */
export function nextCached(km: KernelMemory, file: number, from: number, end: number): number {
  return nextEntry(km, km.words[km.fileAt(file) + FILE.cache]!, from, end);
}

/** What the disk holds at a page; 0 where nothing was written back. */
export function diskWord(km: KernelMemory, file: number, index: number): number {
  const entry = entryOf(km, km.words[km.fileAt(file) + FILE.disk]!, index);
  return entry === 0 ? 0 : km.tables[entry]!;
}

/** Writes a page's word to the disk; false when there is no table left for it. */
export function* writeDisk(cpu: Cpu, file: number, index: number, word: number): Op<boolean> {
  const entry = yield* makeEntry(cpu, cpu.km.fileAt(file) + FILE.disk, index);
  if (entry === 0) return false;
  cpu.km.tables[entry] = word;
  return true;
}

/** The same where that takes no table more; false where it does, with nothing written. */
export function overwriteDisk(
  km: KernelMemory,
  file: number,
  index: number,
  word: number,
): boolean {
  const entry = entryOf(km, km.words[km.fileAt(file) + FILE.disk]!, index);
  if (entry === 0) return false;
  km.tables[entry] = word;
  return true;
}

/** Makes the disk forget the pages [first, end). */
export function eraseDisk(km: KernelMemory, file: number, first: number, end: number): void {
  const root = km.words[km.fileAt(file) + FILE.disk]!;
  for (let i = nextEntry(km, root, first, end); i < end; i = nextEntry(km, root, i + 1, end)) {
    km.tables[entryOf(km, root, i)] = 0;
  }
}

/**
 * Caches a page that is not cached, with the disk's content. Its frame, which has the cache's
 * reference; 0 when there is no frame or no table left, or the page is beyond CACHE_PAGES.
 */
export function* addPage(cpu: Cpu, file: number, index: number): Op<number> {
  const { km } = cpu;
  const at = km.fileAt(file);
  // Most pages have tables and a frame at once, without an op to stop in.
  let entry = entryOf(km, km.words[at + FILE.cache]!, index);
  if (entry === 0) entry = yield* makeEntry(cpu, at + FILE.cache, index);
  if (entry === 0) return 0;
  let frame = tryAllocFrame(cpu);
  if (frame === 0 && (yield* refill(cpu))) frame = tryAllocFrame(cpu);
  if (frame === 0) return 0;
  cpu.charge(COST.zeroPage, 1);
  cpu.charge(COST.filePage, 1);
  if (km.words[at + FILE.kind] === FILE_KIND.disk) {
    const word = diskWord(km, file, index);
    // A hole is on no disk.
    if (word !== 0) cpu.diskPages += 1;
    km.frames[contentOf(frame)] = word;
  }
  km.frames[frame * FRAME_WORDS + FRAME.state] = FRAME_CACHED | FRAME_COUNT_ONE;
  km.tables[entry] = frame;
  km.words[at + FILE.cached]! += 1;
  return frame;
}

/** Takes a page out of the cache, whose reference to the frame goes to the gather. */
function removePage(cpu: Cpu, file: number, index: number): void {
  const { km, gather } = cpu;
  const at = km.fileAt(file);
  const entry = entryOf(km, km.words[at + FILE.cache]!, index);
  const frame = km.tables[entry]!;
  km.tables[entry] = 0;
  km.words[at + FILE.cached]! -= 1;
  Atomics.and(km.frames, frame * FRAME_WORDS + FRAME.state, ~(FRAME_CACHED | FRAME_DIRTY));
  gather.frames[gather.frameCount] = frame;
  gather.frameCount += 1;
}

/**
 * Takes the cached pages of [first, end) out of the cache, those alone that are clean and mapped
 * nowhere with `idle`. Frames go once the last CPU that has zapped them is done with them. Returns how
 * many. No page may be waiting in this CPU's gather.
 */
export function* removePages(
  cpu: Cpu,
  file: number,
  first: number,
  end: number,
  idle: boolean,
): Op<number> {
  const { km, gather } = cpu;
  assert(gather.frameCount === 0, 'a gather is open while pages leave their cache');
  let removed = 0;
  for (let i = nextCached(km, file, first, end); i < end; i = nextCached(km, file, i + 1, end)) {
    if (idle && !isIdle(km, cachedFrame(km, file, i))) continue;
    if (cpu.mustYield()) yield STOP.step;
    removePage(cpu, file, i);
    removed += 1;
    if (gather.full) yield* freeGathered(cpu);
  }
  yield* freeGathered(cpu);
  return removed;
}

/** Clean and mapped nowhere: it can be read from the disk again. Only a fault, under the lock, ends that. */
function isIdle(km: KernelMemory, frame: number): boolean {
  const state = Atomics.load(km.frames, frame * FRAME_WORDS + FRAME.state);
  return (state & (FRAME_DIRTY | FRAME_MAPS)) === 0;
}

/** The pages from `first` on cease to be: out of the cache, off the disk, with their tables. */
export function* cutPages(cpu: Cpu, file: number, first: number): Op<void> {
  const at = cpu.km.fileAt(file);
  yield* removePages(cpu, file, first, Infinity, false);
  yield* trimTree(cpu, at + FILE.cache, first);
  yield* trimTree(cpu, at + FILE.disk, first);
}
