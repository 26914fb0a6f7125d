/**
 * Spinlocks: 0 free, 1 held. Nobody sleeps while holding one, except that an engine may stop its
 * holder between two steps; waiters therefore yield in their loop.
 */
import { STOP, type Cpu, type Op } from './op.js';

export function trySpinLock(cpu: Cpu, word: number): boolean {
  cpu.touch(word);
  if (Atomics.compareExchange(cpu.km.words, word, 0, 1) !== 0) return false;
  cpu.locked(word);
  return true;
}

/** Takes a lock where that may stop. Paths that are taken a million times a second write it out: this is an object. */
export function* spinLock(cpu: Cpu, word: number): Op<void> {
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, word)) yield* spinLockSlow(cpu, word);
}

/** After trySpinLock failed: `if (!trySpinLock(cpu, w)) yield* spinLockSlow(cpu, w)`. */
export function* spinLockSlow(cpu: Cpu, word: number): Op<void> {
  do {
    cpu.spinWord = word;
    cpu.spinValue = 1;
    yield STOP.spin;
  } while (!trySpinLock(cpu, word));
}

export function spinUnlock(cpu: Cpu, word: number): void {
  cpu.unlocking(word);
  Atomics.store(cpu.km.words, word, 0);
}
