/**
 * Faults of VMAs that map a file (4.17 do_read_fault, do_cow_fault, do_shared_fault, do_wp_page;
 * filemap_map_pages). A page that is in the cache is mapped under the file's lock, from lookup to the
 * installed PTE, so that no page leaves the cache, and none behind the end is mapped, meanwhile.
 *
 * A page that has to be read from a disk is put into the cache first, with those around it. Who may lets
 * mmap_sem go then, as Linux does while the disk works (`disk.ts`), and comes back for it (FAULT.retry).
 */
import { anonVmaPrepare } from './anon-vma.js';
import { waitForDisk } from './disk.js';
import { allocFrame, contentOf, tableLockOf } from './fault-anon.js';
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { fileLockAt, filePages, isOnDisk, unlockFile } from './file.js';
import {
  FRAME,
  FRAME_CACHED,
  FRAME_COUNT_ONE,
  FRAME_DIRTY,
  FRAME_MAPS,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  PTE,
  PTRS_PER_TABLE,
} from './layout.js';
import { addRss, type Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { putBackFrame } from './page-alloc.js';
import { addPage, cachedFrame } from './page-cache.js';
import { allocTables, pteSlot } from './page-table.js';
import { readAround } from './read-around.js';
import { fileIndexOf, frameStateAt } from './rmap.js';
import { upRead } from './rwsem.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';
import { flushTlb } from './tlb.js';
import { VM_SHARED, VM_WRITE, endOf, fileOf, flagsOf, startOf } from './vma.js';

const { present: PRESENT, write: WRITABLE, dirty: DIRTY, shift: SHIFT } = PTE;

/** One reference and one mapping: what a PTE adds to the frame of a cached page. */
const ONE_PTE = FRAME_COUNT_ONE + FRAME_MAP_ONE;

/**
 * With mmap_sem held, permissions checked. FAULT.done, doneMajor when the page had to be read from a
 * disk, sigbus behind the end of the file, or outOfMemory. With FAULT.done the access is allowed, or
 * somebody has changed the PTE meanwhile and it will trap again. With `mayLetGo` in place of doneMajor
 * FAULT.retry, and mmap_sem, which was held for read, is not held any more.
 */
export function* faultFile(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  page: number,
  access: Access,
  mayLetGo: boolean,
): Op<FaultResult> {
  const { km } = cpu;
  let slot = pteSlot(km, mm.root, page);
  if (slot === 0) {
    if (!(yield* allocTables(cpu, mm, page))) return FAULT.outOfMemory;
    slot = pteSlot(km, mm.root, page);
  }
  cpu.faultSlot = slot;
  const isShared = (flagsOf(km, vma) & VM_SHARED) !== 0;
  if (access === ACCESS.store && !isShared) anonVmaPrepare(cpu, mm, vma);
  const file = fileOf(km, vma);
  const lock = fileLockAt(km, file);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
  const result =
    km.tables[slot] === 0
      ? yield* faultAbsent(cpu, mm, vma, { page, access, slot, mayLetGo })
      : yield* faultPresent(cpu, mm, vma, access, slot);
  unlockFile(cpu, file);
  if (result === FAULT.retry) yield* upRead(cpu, mm.sem);
  if (cpu.diskPages > 0) yield* waitForDisk(cpu);
  return result;
}

/** do_fault: nothing is mapped at the page. */
function* faultAbsent(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  at: {
    readonly page: number;
    readonly access: Access;
    readonly slot: number;
    readonly mayLetGo: boolean;
  },
): Op<FaultResult> {
  const { km } = cpu;
  const { page, access, slot } = at;
  const file = fileOf(km, vma);
  const index = fileIndexOf(km, vma, page);
  const looksAround = access === ACCESS.load && cpu.rules.faultAroundPages > 1;
  if (looksAround) {
    yield* faultAround(cpu, mm, vma, page, slot);
    if (km.tables[slot] !== 0) return FAULT.done;
  }
  if (index >= filePages(km, file)) return FAULT.sigbus;
  let frame = cachedFrame(km, file, index);
  const done = frame === 0 && isOnDisk(km, file) ? FAULT.doneMajor : FAULT.done;
  if (frame === 0) {
    frame = yield* addPage(cpu, file, index);
    if (done === FAULT.doneMajor) yield* readAround(cpu, vma, index);
  }
  if (frame === 0) return FAULT.outOfMemory;
  if (done === FAULT.doneMajor && at.mayLetGo) return FAULT.retry;
  // What a second attempt, after the disk, would find.
  if (done === FAULT.doneMajor && looksAround) {
    yield* faultAround(cpu, mm, vma, page, slot);
    return done;
  }
  const isShared = (flagsOf(km, vma) & VM_SHARED) !== 0;
  if (access === ACCESS.store && !isShared) {
    return (yield* installCopy(cpu, mm, slot, frame)) ? done : FAULT.outOfMemory;
  }
  let bits = bitsForLoad(cpu, vma);
  if (access === ACCESS.store) {
    Atomics.or(km.frames, frame * FRAME_WORDS + FRAME.state, FRAME_DIRTY);
    bits = PRESENT | WRITABLE | DIRTY;
  }
  const isInstalled =
    installAtOnce(cpu, mm, slot, frame, bits) || (yield* installCached(cpu, mm, slot, frame, bits));
  return isInstalled ? done : FAULT.outOfMemory;
}

/**
 * do_fault_around: maps what is cached of the window around the page, which is aligned by address and
 * stays within page table, VMA and file.
 */
function* faultAround(cpu: Cpu, mm: Mm, vma: number, page: number, slot: number): Op<void> {
  const { km } = cpu;
  const window = cpu.rules.faultAroundPages;
  const file = fileOf(km, vma);
  const table = page - (page & (PTRS_PER_TABLE - 1));
  const low = Math.max(Math.floor(page / window) * window, startOf(km, vma), table);
  const fileEnd = page + filePages(km, file) - fileIndexOf(km, vma, page);
  const high = Math.min(low + window, table + PTRS_PER_TABLE, endOf(km, vma), fileEnd);
  const bits = bitsForLoad(cpu, vma);
  for (let near = low; near < high; near++) {
    if (km.tables[slot + near - page] !== 0) continue;
    const frame = cachedFrame(km, file, fileIndexOf(km, vma, near));
    if (frame === 0) continue;
    const at = slot + near - page;
    if (!installAtOnce(cpu, mm, at, frame, bits)) yield* installCached(cpu, mm, at, frame, bits);
  }
}

/**
 * Flags of a PTE that a load installs. Writes to private pages must copy, those to shared ones of a disk
 * must make them dirty; tmpfs does not care who writes (vma_wants_writenotify).
 */
function bitsForLoad({ km }: Cpu, vma: number): number {
  const mayWrite = (flagsOf(km, vma) & (VM_SHARED | VM_WRITE)) === (VM_SHARED | VM_WRITE);
  return mayWrite && !isOnDisk(km, fileOf(km, vma)) ? PRESENT | WRITABLE : PRESENT;
}

/** Maps a cached page where nothing is mapped; false when it is mapped as often as can be counted. */
function* installCached(cpu: Cpu, mm: Mm, slot: number, frame: number, bits: number): Op<boolean> {
  const { tables, frames } = cpu.km;
  const state = frame * FRAME_WORDS + FRAME.state;
  if ((Atomics.load(frames, state) & FRAME_MAPS) === FRAME_MAPS) return false;
  cpu.charge(COST.pteWork, 1);
  Atomics.add(frames, state, ONE_PTE);
  if (cpu.mustYield()) yield STOP.step;
  if (Atomics.compareExchange(tables, slot, 0, (frame << SHIFT) | bits) === 0) addRss(cpu, mm, 1);
  else Atomics.sub(frames, state, ONE_PTE);
  return true;
}

/** The same where nobody is due in between; false where somebody is, or it cannot be mapped, with nothing done. */
function installAtOnce(cpu: Cpu, mm: Mm, slot: number, frame: number, bits: number): boolean {
  const { tables, frames } = cpu.km;
  const state = frame * FRAME_WORDS + FRAME.state;
  if (cpu.mustYield() || (Atomics.load(frames, state) & FRAME_MAPS) === FRAME_MAPS) return false;
  cpu.charge(COST.pteWork, 1);
  Atomics.add(frames, state, ONE_PTE);
  if (Atomics.compareExchange(tables, slot, 0, (frame << SHIFT) | bits) === 0) addRss(cpu, mm, 1);
  else Atomics.sub(frames, state, ONE_PTE);
  return true;
}

/** A private copy of a cached page, for a store; false without a frame. */
function* copyOf(cpu: Cpu, frame: number): Op<number> {
  const copy = yield* allocFrame(cpu);
  if (copy === 0) return 0;
  cpu.charge(COST.zeroPage, 1);
  cpu.km.frames[contentOf(copy)] = cpu.km.frames[contentOf(frame)]!;
  return copy;
}

/** do_cow_fault's end: maps a private copy where nothing is mapped; false without a frame for it. */
function* installCopy(cpu: Cpu, mm: Mm, slot: number, frame: number): Op<boolean> {
  const copy = yield* copyOf(cpu, frame);
  if (copy === 0) return false;
  cpu.charge(COST.pteWork, 1);
  if (cpu.mustYield()) yield STOP.step;
  const pte = (copy << SHIFT) | PRESENT | WRITABLE | DIRTY;
  if (Atomics.compareExchange(cpu.km.tables, slot, 0, pte) === 0) addRss(cpu, mm, 1);
  else putBackFrame(cpu, copy);
  return true;
}

/** do_wp_page and its like: something is mapped at the page, or was a moment ago. */
function* faultPresent(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  access: Access,
  slot: number,
): Op<FaultResult> {
  const { km } = cpu;
  const lock = tableLockOf(cpu, slot);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
  const pte = km.tables[slot]!;
  const isPlain = pte === 0 || (pte & access) !== 0;
  const isDone = isPlain || allowStore(cpu, vma, slot);
  const result = isDone ? FAULT.done : yield* replaceByCopy(cpu, mm, slot);
  spinUnlock(cpu, lock);
  return result;
}

/**
 * A store to a page without write permission, its table locked: page_mkwrite, or wp_page_reuse of a
 * private copy. False for a cached page of a private mapping, which has to be copied.
 */
function allowStore(cpu: Cpu, vma: number, slot: number): boolean {
  const { km } = cpu;
  const { tables, frames } = km;
  const frame = tables[slot]! >>> SHIFT;
  const isCached = (frameStateAt(km, slot) & FRAME_CACHED) !== 0;
  cpu.charge(COST.pteWork, 1);
  if (isCached) {
    if ((flagsOf(km, vma) & VM_SHARED) === 0) return false;
    // Dirty first: nothing clean may be writable.
    cpu.charge(COST.filePage, 1);
    Atomics.or(frames, frame * FRAME_WORDS + FRAME.state, FRAME_DIRTY);
  }
  Atomics.or(tables, slot, PRESENT | WRITABLE | DIRTY);
  return true;
}

/** wp_page_copy. The page is cached, and cannot leave the cache: its reference here is not the last. */
function* replaceByCopy(cpu: Cpu, mm: Mm, slot: number): Op<FaultResult> {
  const { tables, frames } = cpu.km;
  const frame = tables[slot]! >>> SHIFT;
  const copy = yield* copyOf(cpu, frame);
  if (copy === 0) return FAULT.outOfMemory;
  if (cpu.mustYield()) yield STOP.step;
  Atomics.exchange(tables, slot, 0);
  yield* flushTlb(cpu, mm);
  Atomics.store(tables, slot, (copy << SHIFT) | PRESENT | WRITABLE | DIRTY);
  Atomics.sub(frames, frame * FRAME_WORDS + FRAME.state, ONE_PTE);
  return FAULT.done;
}
