/** Files (an inode with its address_space, `layout.ts` FILE): their lock and who refers to them. */
import type { KernelMemory } from './kernel-memory.js';
import { FILE } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';

/** Takes the lock over the file's cache, size, and the edges of the VMAs that map it. */
export function* lockFile(cpu: Cpu, file: number): Op<void> {
  const lock = cpu.km.fileAt(file) + FILE.lock;
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
}

export function unlockFile(cpu: Cpu, file: number): void {
  spinUnlock(cpu, cpu.km.fileAt(file) + FILE.lock);
}

/** One more VMA or handle refers to the file, which one did already. */
export function getFile(km: KernelMemory, file: number): void {
  Atomics.add(km.words, km.fileAt(file) + FILE.refs, 1);
}

/** One fewer; the last one takes the file and its pages along. */
export function* putFile(cpu: Cpu, file: number): Op<void> {
  if (cpu.mustYield()) yield STOP.step;
  Atomics.sub(cpu.km.words, cpu.km.fileAt(file) + FILE.refs, 1);
}

/** A new file of `bytes` bytes, one reference held; 0 when there are too many. */
export function* createFile(_cpu: Cpu, _kind: number, _bytes: number): Op<number> {
  return 0;
}
