/**
 * What is in the simulated memory, read past the kernel model: for comparing it with what a test
 * expects without faulting anything in.
 */
import type { KernelMemory } from '../kernel-memory.js';
import { FILE, FRAME, FRAME_WORDS, POOL, PTE, PTRS_PER_TABLE } from '../layout.js';
import { exitMmap } from '../exit.js';
import { checkKernel } from '../check.js';
import { blockOf } from '../huge-entry.js';
import { depositOf } from '../huge-page.js';
import { pteAt } from '../page-table.js';
import { tablePool, vmaPool, type Pool } from '../pool.js';
import { VM_ACCESS_FLAGS, endOf, findVma, flagsOf, nextOf, startOf } from '../vma.js';
import { mapCount, type Mm } from '../mm.js';
import { runAlone, violations, type TestMachine } from './test-machine.js';

/** The word that stands for a page's content; undefined when no page is present. */
export function contentOf(km: KernelMemory, mm: Mm, page: number): number | undefined {
  const pte = pteAt(km, mm.root, page);
  return pte === 0 ? undefined : km.frames[(pte >>> PTE.shift) * FRAME_WORDS + FRAME.content]!;
}

/** How many pages of [first, end) are present. */
export function presentIn(km: KernelMemory, mm: Mm, first: number, end: number): number {
  let present = 0;
  for (let page = first; page < end; page++) {
    if (contentOf(km, mm, page) !== undefined) present += 1;
  }
  return present;
}

export interface VmaView {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
}

/** An mm's VMAs in list order, their flags being their permissions. */
export function vmasOf(km: KernelMemory, mm: Mm): VmaView[] {
  const views: VmaView[] = [];
  for (let vma = findVma(km, mm, 0); vma !== 0; vma = nextOf(km, vma)) {
    views.push({
      start: startOf(km, vma),
      end: endOf(km, vma),
      flags: flagsOf(km, vma) & VM_ACCESS_FLAGS,
    });
  }
  return views;
}

/** The same with neighbours of equal permissions taken together, whatever else keeps them apart. */
export function permittedRuns(km: KernelMemory, mm: Mm): VmaView[] {
  const runs: VmaView[] = [];
  for (const vma of vmasOf(km, mm)) {
    const last = runs.at(-1);
    if (last?.end === vma.start && last.flags === vma.flags) {
      runs[runs.length - 1] = { ...last, end: vma.end };
    } else runs.push(vma);
  }
  return runs;
}

/** Records of a pool that somebody has. */
export function takenOf(km: KernelMemory, pool: Pool): number {
  return km.words[pool.at + POOL.brk]! - km.words[pool.at + POOL.free]!;
}

/**
 * What checkKernel does not look at: page tables that lie in no VMA, free tables that are not all
 * zero, VMA records that no address space has.
 */
export function leftovers(machine: TestMachine): string[] {
  const { km } = machine;
  const found: string[] = [];
  const reached = new Set<number>();
  for (const mm of machine.mms) {
    const visit = (table: number, level: number, base: number): void => {
      reached.add(table);
      for (let i = 0; level > 0 && i < PTRS_PER_TABLE; i++) {
        const child = km.tables[table * PTRS_PER_TABLE + i]!;
        const span = PTRS_PER_TABLE ** level;
        const start = base + i * span;
        if (child === 0) continue;
        if (child < 0) {
          const block = blockOf(child);
          if (block !== 0) reached.add(km.words[depositOf(km, block)]!);
          continue;
        }
        const vma = findVma(km, mm, start);
        if (vma === 0 || startOf(km, vma) >= start + span) {
          found.push(`mm ${mm.id}: table ${child} of page ${start} lies in no VMA`);
        }
        visit(child, level - 1, start);
      }
    };
    visit(mm.root, 3, 0);
  }
  addCacheTables(km, reached);
  for (let table = 1; table <= km.words[tablePool(km).at + POOL.brk]!; table++) {
    const entries = km.tables.subarray(table * PTRS_PER_TABLE, (table + 1) * PTRS_PER_TABLE);
    if (!reached.has(table) && entries.some((entry) => entry !== 0)) {
      found.push(`free table ${table} is not all zero`);
    }
  }
  const vmas = machine.mms.reduce((sum, mm) => sum + mapCount(km, mm), 0);
  const taken = takenOf(km, vmaPool(km));
  if (taken !== vmas) found.push(`${taken} VMA records are taken, ${vmas} VMAs exist`);
  return found;
}

/** Adds the tables of all page caches and disks. */
function addCacheTables(km: KernelMemory, reached: Set<number>): void {
  const visit = (table: number, level: number): void => {
    if (table === 0) return;
    reached.add(table);
    for (let i = 0; level > 0 && i < PTRS_PER_TABLE; i++) {
      visit(km.tables[table * PTRS_PER_TABLE + i]!, level - 1);
    }
  };
  for (let file = 1; file <= km.words[km.at.filePool + POOL.brk]!; file++) {
    visit(km.words[km.fileAt(file) + FILE.cache]!, 2);
    visit(km.words[km.fileAt(file) + FILE.disk]!, 2);
  }
}

/** Every broken invariant, of check.ts and of the list above. */
export function unsound(machine: TestMachine): string[] {
  return [...violations(machine), ...leftovers(machine)];
}

/** Ends every address space; what is left after that was lost. */
export function leftAfterExit(machine: TestMachine): string[] {
  const { km } = machine;
  // Task n is one of address space n's.
  for (const mm of machine.mms) runAlone(exitMmap(machine.cpus[mm.id]!, mm));
  const lost = unsound(machine);
  const report = checkKernel(km);
  if (report.mappedFrames !== 0) lost.push(`${report.mappedFrames} frames are still in use`);
  if (report.tablesInUse !== machine.mms.length) {
    lost.push(`${report.tablesInUse} page tables are in use for ${machine.mms.length} roots`);
  }
  return lost;
}
