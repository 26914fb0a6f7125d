/** Watches, step by step, in which mode an op holds mmap_sem and what it zaps meanwhile. */
import { MM, SEM } from '../layout.js';
import type { Mm } from '../mm.js';
import { STOP, type Op } from '../op.js';
import { presentIn } from './memory-view.js';
import type { TestCpu } from './test-machine.js';

export type LockMode = 'none' | 'read' | 'write';

/** Mode in which somebody holds mmap_sem, by its count as 4.17 lays it out; nobody may be queued. */
export function lockMode({ km }: TestCpu, mm: Mm): LockMode {
  const count = km.words[mm.sem + SEM.count]!;
  if (count === 0) return 'none';
  return count > 0 ? 'read' : 'write';
}

export interface Watched<T> {
  readonly result: T;
  /** Modes one after the other, without the stretches of `none`. */
  readonly holds: readonly LockMode[];
  /** Every mode in which pages of the range went away. */
  readonly zappedUnder: readonly LockMode[];
  /** Every mode in which VMAs joined or left the index. */
  readonly relinkedUnder: readonly LockMode[];
}

/** Runs an op alone, stopped at every visible step, and looks at the pages [first, end). */
export function watchLocks<T>(
  cpu: TestCpu,
  mm: Mm,
  pages: { readonly first: number; readonly end: number },
  op: Op<T>,
): Watched<T> {
  const { km } = cpu;
  const holds: LockMode[] = [];
  const zappedUnder = new Set<LockMode>();
  const relinkedUnder = new Set<LockMode>();
  const look = () => ({
    mode: lockMode(cpu, mm),
    present: presentIn(km, mm, pages.first, pages.end),
    mapCount: km.words[mm.at + MM.mapCount]!,
  });
  let before = look();
  cpu.stepwise = true;
  for (;;) {
    const step = op.next();
    const now = look();
    if (now.mode !== before.mode && now.mode !== 'none') holds.push(now.mode);
    if (now.present < before.present) zappedUnder.add(now.mode);
    if (now.mapCount !== before.mapCount) relinkedUnder.add(now.mode);
    before = now;
    if (step.done === true) {
      cpu.stepwise = false;
      const lists = { zappedUnder: [...zappedUnder], relinkedUnder: [...relinkedUnder] };
      return { result: step.value, holds, ...lists };
    }
    if (step.value !== STOP.step) throw new Error('an op that runs alone waits for somebody');
  }
}
