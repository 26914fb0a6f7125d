/**
 * Fixed pools of equal records (page tables, VMAs, files), the model's kmem_cache.
 *
 * A free record is linked through one word of its own (`link`); records above `brk` have never been
 * used and need no link, so that a fresh pool costs nothing. Running out is 0, never a crash.
 */
import type { KernelMemory } from './kernel-memory.js';
import { FILE, FILE_WORDS, POOL, TABLE, TABLE_WORDS, VMA, VMA_WORDS } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';

export interface Pool {
  /** Word of the pool's record (`layout.ts`, POOL). */
  readonly at: number;
  /** Link word of record 0, and words from one record to the next. */
  readonly link: number;
  readonly stride: number;
  readonly capacity: number;
}

export function tablePool(km: KernelMemory): Pool {
  return {
    at: km.at.tablePool,
    link: km.at.tableRecords + TABLE.link,
    stride: TABLE_WORDS,
    capacity: km.geometry.tables,
  };
}

export function vmaPool(km: KernelMemory): Pool {
  return {
    at: km.at.vmaPool,
    link: km.at.vmas + VMA.link,
    stride: VMA_WORDS,
    capacity: km.geometry.vmas,
  };
}

export function filePool(km: KernelMemory): Pool {
  return {
    at: km.at.filePool,
    link: km.at.files + FILE.link,
    stride: FILE_WORDS,
    capacity: km.geometry.files,
  };
}

/** Without the lock: for set-up, before a second task exists. */
export function takeUnlocked(km: KernelMemory, pool: Pool): number {
  const { words } = km;
  const head = words[pool.at + POOL.head]!;
  if (head !== 0) {
    words[pool.at + POOL.head] = words[pool.link + head * pool.stride]!;
    words[pool.at + POOL.free] = words[pool.at + POOL.free]! - 1;
    return head;
  }
  const brk = words[pool.at + POOL.brk]!;
  if (brk === pool.capacity) return 0;
  words[pool.at + POOL.brk] = brk + 1;
  return brk + 1;
}

/** A record's handle, or 0 when the pool is exhausted. */
export function* take(cpu: Cpu, pool: Pool): Op<number> {
  if (cpu.mustYieldToAll()) yield STOP.step;
  if (!trySpinLock(cpu, pool.at)) yield* spinLockSlow(cpu, pool.at);
  const handle = takeUnlocked(cpu.km, pool);
  spinUnlock(cpu, pool.at);
  return handle;
}

export function* give(cpu: Cpu, pool: Pool, handle: number): Op<void> {
  if (cpu.mustYieldToAll()) yield STOP.step;
  if (!trySpinLock(cpu, pool.at)) yield* spinLockSlow(cpu, pool.at);
  giveUnlocked(cpu, pool, handle);
  spinUnlock(cpu, pool.at);
}

/** Gives the first `count` of a list back under one hold of the lock. */
export function* giveAll(cpu: Cpu, pool: Pool, list: Int32Array, count: number): Op<void> {
  if (cpu.mustYieldToAll()) yield STOP.step;
  if (!trySpinLock(cpu, pool.at)) yield* spinLockSlow(cpu, pool.at);
  for (let i = 0; i < count; i++) giveUnlocked(cpu, pool, list[i]!);
  spinUnlock(cpu, pool.at);
}

function giveUnlocked(cpu: Cpu, pool: Pool, handle: number): void {
  const { words } = cpu.km;
  words[pool.link + handle * pool.stride] = words[pool.at + POOL.head]!;
  words[pool.at + POOL.head] = handle;
  words[pool.at + POOL.free]! += 1;
}
