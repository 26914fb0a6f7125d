/**
 * Whole-kernel invariants at rest, when no op is under way: the auditor that every trial must pass.
 *
 * It knows the layout and nothing of how the state came about, so that a bug in the model is not
 * checked by itself. Cost: one pass over page tables in use and over frames ever used.
 */
import type { KernelMemory } from './kernel-memory.js';
import {
  FRAME,
  FRAME_CACHED,
  FRAME_COUNT,
  FRAME_MAPS,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  MM,
  PCP,
  PCP_RING,
  POOL,
  PTE,
  PTRS_PER_TABLE,
  SEM,
  TABLE,
  STAT,
  TASK,
} from './layout.js';
import { KERNEL } from './tlb.js';
import { checkCachedPte, checkFiles, filesLeft, isCached } from './check-files.js';
import { checkHuge } from './check-huge.js';
import { checkVmas, isCovered, unmergedNeighbours, type Covered } from './check-vmas.js';

export interface CheckReport {
  /** One sentence per broken invariant; empty when all hold. */
  readonly violations: readonly string[];
  readonly mappedFrames: number;
  readonly freeFrames: number;
  readonly tablesInUse: number;
}

/** More than this many sentences say nothing new. */
const VIOLATIONS_MAX = 20;
const MANY = 255;

class Audit {
  readonly violations: string[] = [];
  readonly km: KernelMemory;
  /** PTEs found per frame; 255 means that there are more, and that `mappedOften` has the number. */
  readonly mappings: Uint8Array;
  readonly mappedOften = new Map<number, number>();
  /** 1 for each frame that is in a page cache. */
  cached: Uint8Array = new Uint8Array(0);
  mappedFrames = 0;
  freeFrames = 0;
  tablesInUse = 0;

  constructor(km: KernelMemory) {
    this.km = km;
    this.mappings = new Uint8Array(km.words[km.at.zone + POOL.brk]! + 1);
  }

  claim = (holds: boolean, otherwise: () => string): void => {
    if (!holds && this.violations.length < VIOLATIONS_MAX) this.violations.push(otherwise());
  };

  addMapping(frame: number): void {
    if (this.mappings[frame]! < MANY) this.mappings[frame]! += 1;
    else this.mappedOften.set(frame, this.mappingsOf(frame) + 1);
  }

  mappingsOf(frame: number): number {
    return this.mappedOften.get(frame) ?? this.mappings[frame]!;
  }
}

export function checkKernel(km: KernelMemory): CheckReport {
  const audit = new Audit(km);
  for (let mm = 0; mm < km.geometry.mms; mm++) checkMm(audit, mm);
  const files = checkFiles(km, audit.mappings.length, audit.claim);
  audit.cached = files.cached;
  audit.tablesInUse += files.tables;
  checkTables(audit);
  checkVmaRecords(audit);
  checkFrames(audit);
  checkFreeLists(audit);
  for (let task = 0; task < km.geometry.tasks; task++) checkTask(audit, task);
  checkLock(audit, km.at.zone, 'zone lock');
  checkLock(audit, km.at.tablePool, 'table pool lock');
  checkLock(audit, km.at.vmaPool, 'VMA pool lock');
  checkLock(audit, km.at.filePool, 'file pool lock');
  const { violations, mappedFrames, freeFrames, tablesInUse } = audit;
  return { violations, mappedFrames, freeFrames, tablesInUse };
}

/**
 * After exit_mmap of every address space: all that was ever taken is back, by the counters that
 * checkKernel has just compared with the records themselves. Costs nothing.
 */
export function checkTornDown(km: KernelMemory): string[] {
  const { words, at, geometry } = km;
  const outside: string[] = [];
  const frames = words[at.zone + POOL.brk]! - freeListed(km);
  if (frames !== 0) outside.push(`${frames} frames outlive all mappings`);
  const roots = geometry.mms;
  const tables = words[at.tablePool + POOL.brk]! - words[at.tablePool + POOL.free]! - roots;
  if (tables !== 0) outside.push(`${tables} page tables outlive all mappings`);
  const vmas = words[at.vmaPool + POOL.brk]! - words[at.vmaPool + POOL.free]!;
  if (vmas !== 0) outside.push(`${vmas} VMA records outlive all mappings`);
  return [...outside, ...filesLeft(km)];
}

/** Frames on the zone's and all CPUs' lists, by their counters. */
function freeListed(km: KernelMemory): number {
  let listed = km.words[km.at.zone + POOL.free]!;
  for (let cpu = 0; cpu < km.geometry.tasks; cpu++) {
    const pcp = km.pcpAt(cpu);
    listed += (km.words[pcp + PCP.head]! - km.words[pcp + PCP.tail]!) | 0;
  }
  return listed;
}

function checkLock(audit: Audit, word: number, name: string): void {
  audit.claim(audit.km.words[word] === 0, () => `${name} is held at rest`);
}

function checkMm(audit: Audit, mm: number): void {
  const { km } = audit;
  const { words } = km;
  const at = km.mmAt(mm);
  const sem = at + MM.sem;
  audit.claim(words[sem + SEM.count] === 0, () => {
    const count = words[sem + SEM.count]!;
    return `mm ${mm}: mmap_sem count is ${count} at rest, not 0`;
  });
  audit.claim(words[sem + SEM.head] === 0 && words[sem + SEM.tail] === 0, () => {
    return `mm ${mm}: task ${words[sem + SEM.head]! - 1} is left on mmap_sem's wait list`;
  });
  audit.claim(words[sem + SEM.osqTail] === 0, () => {
    return `mm ${mm}: task ${words[sem + SEM.osqTail]! - 1} is left spinning for mmap_sem`;
  });
  checkLock(audit, sem + SEM.waitLock, `mm ${mm}: wait lock`);

  const covered = checkVmas(km, mm, audit.claim);
  const present = walkTables(audit, mm, covered);
  let rss = words[at + MM.rss]!;
  let splitsLeft = 0;
  for (let task = 0; task < km.geometry.tasks; task++) {
    const self = km.taskAt(task);
    if (words[self + TASK.mm] !== mm) continue;
    rss += words[self + TASK.rssPending]!;
    splitsLeft += km.stats[km.statIndex(task) + STAT.splitsLeft]!;
  }
  // A munmap that fails after its first split leaves a pair behind, in Linux as here.
  const unmerged = unmergedNeighbours(km, mm);
  audit.claim(unmerged <= splitsLeft, () => `mm ${mm}: ${unmerged} pairs of VMAs could be merged`);
  audit.claim(rss === present, () => `mm ${mm}: rss is ${rss} pages, ${present} PTEs are present`);
}

/** Counts present PTEs, and that each lies in a VMA and each table is reached once. */
function walkTables(audit: Audit, mm: number, covered: Covered): number {
  const root = audit.km.words[audit.km.mmAt(mm) + MM.root]!;
  let present = 0;
  const visit = (table: number, level: number, base: number): void => {
    audit.tablesInUse += 1;
    const span = PTRS_PER_TABLE ** level;
    if (level === 0) {
      present += auditPtes(audit, mm, table, base, covered);
      return;
    }
    for (let i = 0; i < PTRS_PER_TABLE; i++) {
      const child = audit.km.tables[table * PTRS_PER_TABLE + i]!;
      if (child < 0) present += checkHuge(audit, mm, child, base + i * span, covered);
      if (child > 0) visit(child, level - 1, base + i * span);
    }
  };
  visit(root, 3, 0);
  return present;
}

function auditPtes(
  audit: Audit,
  mm: number,
  table: number,
  base: number,
  covered: Covered,
): number {
  const { km, mappings } = audit;
  const from = table * PTRS_PER_TABLE;
  checkLock(audit, km.tableRecordAt(table) + TABLE.lock, `mm ${mm}: page-table lock ${table}`);
  // The common table lies in one VMA; the others are looked up page by page.
  const whole = isCovered(covered, base, base + PTRS_PER_TABLE);
  let present = 0;
  for (let i = 0; i < PTRS_PER_TABLE; i++) {
    const pte = km.tables[from + i]!;
    if (pte === 0) continue;
    const frame = pte >>> PTE.shift;
    if (frame !== km.zeroFrame) present += 1;
    if (frame === km.zeroFrame) {
      audit.claim(
        (pte & PTE.write) === 0,
        () => `mm ${mm}: page ${base + i} may write the zero page`,
      );
    } else if (frame >= mappings.length) {
      audit.claim(false, () => `mm ${mm}: page ${base + i} maps frame ${frame}, never allocated`);
      continue;
    } else {
      audit.addMapping(frame);
      if (isCached(km, frame)) checkCachedPte(km, mm, base + i, pte, audit.claim);
    }
    if (!whole && !isCovered(covered, base + i, base + i + 1)) {
      audit.claim(false, () => `mm ${mm}: page ${base + i} is present outside every VMA`);
    }
  }
  return present;
}

function checkTables(audit: Audit): void {
  const { words, at } = audit.km;
  const free = words[at.tablePool + POOL.free]!;
  const brk = words[at.tablePool + POOL.brk]!;
  audit.claim(audit.tablesInUse + free === brk, () => {
    return `page tables: ${audit.tablesInUse} in use + ${free} free, ${brk} ever taken`;
  });
}

function checkVmaRecords(audit: Audit): void {
  const { words, at, geometry } = audit.km;
  let linked = 0;
  for (let mm = 0; mm < geometry.mms; mm++) linked += words[audit.km.mmAt(mm) + MM.mapCount]!;
  const free = words[at.vmaPool + POOL.free]!;
  const brk = words[at.vmaPool + POOL.brk]!;
  audit.claim(linked + free === brk, () => {
    return `VMA records: ${linked} linked + ${free} free, ${brk} ever taken`;
  });
}

/**
 * Every frame ever used is free, or mapped once and says so, or in a page cache, which refers to it as
 * each of its PTEs does.
 */
function checkFrames(audit: Audit): void {
  const { km, mappings } = audit;
  for (let frame = 1; frame < mappings.length; frame++) {
    const state = km.frames[frame * FRAME_WORDS + FRAME.state]!;
    const maps = audit.mappingsOf(frame);
    const inCache = audit.cached[frame] === 1;
    if (state < 0) {
      audit.freeFrames += 1;
      if (maps > 0) audit.claim(false, () => `frame ${frame} is free and mapped by ${maps} PTEs`);
      if (inCache) audit.claim(false, () => `frame ${frame} is free and in a page cache`);
      continue;
    }
    audit.mappedFrames += 1;
    const claimed = (state & FRAME_MAPS) / FRAME_MAP_ONE;
    const count = state & FRAME_COUNT;
    const saysCached = (state & FRAME_CACHED) !== 0;
    if (saysCached !== inCache) {
      audit.claim(
        false,
        () => `frame ${frame} is ${inCache ? '' : 'not '}in a page cache, and denies it`,
      );
    }
    const expected = inCache ? maps + 1 : 1;
    if (maps !== claimed || (maps !== 1 && !inCache) || count !== expected) {
      audit.claim(false, () => {
        return `frame ${frame}: mapped by ${maps} PTEs, map count ${claimed}, references ${count}`;
      });
    }
  }
}

/** What the lists say they hold is what the frames say is free. */
function checkFreeLists(audit: Audit): void {
  const { km } = audit;
  let listed = km.words[km.at.zone + POOL.free]!;
  for (let cpu = 0; cpu < km.geometry.tasks; cpu++) {
    const pcp = km.pcpAt(cpu);
    const length = (km.words[pcp + PCP.head]! - km.words[pcp + PCP.tail]!) | 0;
    audit.claim(
      length >= 0 && length < PCP_RING,
      () => `CPU ${cpu}: page list of length ${length}`,
    );
    listed += length;
  }
  audit.claim(listed === audit.freeFrames, () => {
    return `frames: ${audit.freeFrames} are free, the free lists hold ${listed}`;
  });
}

function checkTask(audit: Audit, task: number): void {
  const { km } = audit;
  const self = km.taskAt(task);
  audit.claim(
    km.words[self + TASK.waiterKind] === 0 && km.words[self + TASK.waitsFor] === 0,
    () => {
      return `task ${task} still waits for a lock at rest`;
    },
  );
  audit.claim(km.words[self + TASK.mode] === KERNEL, () => `task ${task} is in user mode at rest`);
}
