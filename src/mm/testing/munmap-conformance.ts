/**
 * What every munmap strategy must do, in the manner of one shared suite: a strategy's own test file
 * calls munmapConformance and adds what only that strategy does.
 *
 * Where strategies may differ, the difference is data: a Manner, of which each gives what is not as
 * in Linux 4.17, with the reason.
 */
import { describe, expect, it } from 'vitest';
import { accessPages } from '../access.js';
import { ACCESS } from '../fault-result.js';
import { PAGE_SIZE } from '../layout.js';
import { mlock } from '../mlock.js';
import { markSpecial } from '../special.js';
import { MAP } from '../uapi.js';
import { munmap, type MunmapStrategy } from '../munmap/strategy.js';
import { watchLocks, type LockMode } from './lock-watch.js';
import { LoneTask } from './lone-task.js';
import { leftAfterExit, presentIn, unsound } from './memory-view.js';
import { HERE, PAGES, munmapResults, start, startMapped } from './munmap-results.js';
import { runAlone, semCount } from './test-machine.js';

/** How one munmap of a large mapping goes about it. */
export interface Manner {
  /** How mmap_sem is held, one hold after the other. */
  readonly holds: readonly LockMode[];
  /** How it is held while pages are zapped. */
  readonly zapsUnder: LockMode;
  /** The same for a range with a VMA in it that is locked, hugetlb, PFN-mapped or has uprobes. */
  readonly special?: Pick<Manner, 'holds' | 'zapsUnder'>;
}

export interface Difference {
  readonly reason: string;
  readonly manner: Partial<Manner>;
}

const AS_IN_4_17: Manner = { holds: ['write'], zapsUnder: 'write' };

export function munmapConformance(
  strategy: MunmapStrategy,
  differences: readonly Difference[],
): void {
  munmapResults(strategy);

  describe(`${strategy.name}: mmap_sem`, () => {
    const manner = differences.reduce((all, { manner }) => ({ ...all, ...manner }), AS_IN_4_17);
    const why = differences.map(({ reason }) => reason).join('; ') || 'as in Linux 4.17';

    const watch = (thresholdPages: number) => {
      const { machine, task } = startMapped(strategy, thresholdPages);
      const { cpu, mm } = task;
      const holds = cpu.log.writeHolds.length;
      const call = munmap(cpu, mm, task.how, (HERE + 1) * PAGE_SIZE, (PAGES - 2) * PAGE_SIZE);
      const watched = watchLocks(cpu, mm, { first: HERE, end: HERE + PAGES }, call);
      expect(watched.result).toBe(0);
      expect(semCount(machine)).toBe(0);
      expect(unsound(machine)).toEqual([]);
      return { ...watched, writeHolds: cpu.log.writeHolds.length - holds };
    };

    it(`large mapping: zapped under ${manner.zapsUnder} (${why})`, () => {
      const { holds, zappedUnder, relinkedUnder, writeHolds } = watch(PAGES - 2);
      expect(holds).toEqual(manner.holds);
      expect(zappedUnder).toEqual([manner.zapsUnder]);
      expect(relinkedUnder).toEqual(['write']);
      expect(writeHolds).toBe(manner.holds.filter((mode) => mode === 'write').length);
    });

    it(`large mapping: a fault elsewhere ${manner.zapsUnder === 'read' ? 'gets through' : 'waits'}`, () => {
      const { machine, task } = startMapped(strategy, PAGES);
      const { cpu, mm } = task;
      const other = new LoneTask(machine, task.how, 1);
      task.mapAt(0, 1, MAP.fixed);
      const call = munmap(cpu, mm, task.how, HERE * PAGE_SIZE, PAGES * PAGE_SIZE);
      cpu.stepwise = true;
      const present = (): number => presentIn(machine.km, mm, HERE, HERE + PAGES);
      while (present() === PAGES) expect(call.next().done).toBe(false);
      expect(present()).toBeGreaterThan(0);
      const fault = accessPages(other.cpu, mm, 0, 1, ACCESS.store, 9);
      const through = fault.next().done === true;
      expect(through).toBe(manner.zapsUnder === 'read');
      expect(runAlone(call)).toBe(0);
      if (!through) expect(runAlone(fault)).toBe(0);
      expect(other.cpu.log.readWaits).toHaveLength(through ? 0 : 1);
      expect(task.load(0)).toBe(9);
      expect(unsound(machine)).toEqual([]);
    });

    const special = manner.special ?? manner;
    it.each(['locked', 'hugetlb', 'pfnmap', 'uprobes'] as const)(
      `a page in the middle is $0: zapped under ${special.zapsUnder}`,
      (kind) => {
        const { machine, task } = startMapped(strategy, 1);
        const { cpu, mm } = task;
        const middle = { address: (HERE + 5) * PAGE_SIZE, bytes: PAGE_SIZE };
        const marked =
          kind === 'locked'
            ? mlock(cpu, mm, middle.address, middle.bytes)
            : markSpecial(cpu, mm, middle, kind);
        expect(runAlone(marked)).toBe(0);
        const call = munmap(cpu, mm, task.how, HERE * PAGE_SIZE, PAGES * PAGE_SIZE);
        const watched = watchLocks(cpu, mm, { first: HERE, end: HERE + PAGES }, call);
        expect(watched.result).toBe(0);
        expect(watched.holds).toEqual(special.holds);
        expect(watched.zappedUnder).toEqual([special.zapsUnder]);
        expect(unsound(machine)).toEqual([]);
        expect(leftAfterExit(machine)).toEqual([]);
      },
    );

    // Below a threshold everything is as it was; without one, no mapping is small.
    const small = strategy.hasThreshold ? AS_IN_4_17 : manner;
    it(`mapping one page below the threshold: zapped under ${small.zapsUnder}`, () => {
      const { holds, zappedUnder, relinkedUnder, writeHolds } = watch(PAGES - 1);
      expect(holds).toEqual(small.holds);
      expect(zappedUnder).toEqual([small.zapsUnder]);
      expect(relinkedUnder).toEqual(['write']);
      expect(writeHolds).toBe(1);
    });

    it('is taken once, for write, when there is nothing to unmap', () => {
      const { machine, task } = start(strategy, 1);
      const holds = task.cpu.log.writeHolds.length;
      expect(task.unmap(HERE, PAGES)).toBe(0);
      expect(task.cpu.log.writeHolds).toHaveLength(holds + 1);
      expect(task.cpu.log.readWaits).toEqual([]);
      expect(semCount(machine)).toBe(0);
    });
  });
}
