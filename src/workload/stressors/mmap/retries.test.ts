/** What a child does when calls fail, time is up, memory is short or content is wrong (stress-ng.md 2.4 to 2.8). */
import { describe, expect, it } from 'vitest';
import { MAP } from '../../../mm/uapi.js';
import { PAGE_SIZE } from '../../../mm/layout.js';
import { Child } from './child.js';
import { MmapRun } from './hog.js';
import { mapWhole } from './map-whole.js';
import { mmapSettingOf } from './mmap-setting.js';
import { RandomDraws } from './draws.js';
import { chosenRun, loneRun } from './testing/drawn-run.js';
import { LoneMmap, type LoneSetting } from './testing/lone-mmap.js';

const NAP_NS = 100_000_000;

/** A child that draws these flags one after the other, then none. */
function childDrawing(setting: LoneSetting, flags: readonly number[]) {
  const task = new LoneMmap(setting);
  let drawn = 0;
  class Draws extends RandomDraws {
    override flag(): number {
      drawn += 1;
      return flags[drawn - 1] ?? 0;
    }
  }
  return { task, child: new Child(task, mmapSettingOf(task.setting), new Draws(task.prng)) };
}

/** What became of each attempt at the big mapping. */
function attempts(setting: LoneSetting, flags: readonly number[]) {
  const { task, child } = childDrawing(setting, flags);
  task.run(
    (function* () {
      const { bytes, fileKind } = child.setting;
      if (fileKind !== undefined) child.file = yield* task.calls.open(fileKind, bytes);
    })(),
  );
  const seen = flags.map(() => {
    const { nowNs } = task.cpu;
    let isMapped = false;
    task.run(
      (function* () {
        isMapped = yield* mapWhole(child);
        if (isMapped) yield* task.calls.munmap(child.address, child.setting.bytes);
      })(),
    );
    return { isMapped, pop: child.populates, napped: task.cpu.nowNs > nowNs };
  });
  return { seen, child, task };
}

describe('a big mapping that fails', () => {
  const { hugetlb } = MAP;

  it('0.09.31: costs MAP_POPULATE for good, and 100 ms from the second on', () => {
    // As for a file: GROWSDOWN is refused.
    const setting = { compat: '0.09.31', pages: 4, options: { file: true } } as const;
    const { growsDown } = MAP;
    const { seen, child, task } = attempts(setting, [0, growsDown, 0, growsDown, 0, growsDown]);
    expect(seen).toEqual([
      { isMapped: true, pop: true, napped: false },
      { isMapped: false, pop: false, napped: false },
      { isMapped: true, pop: false, napped: false },
      { isMapped: false, pop: false, napped: true },
      { isMapped: true, pop: false, napped: false },
      { isMapped: false, pop: false, napped: true },
    ]);
    expect(child.failures).toBe(3);
    expect(task.cpu.nowNs).toBe(2 * NAP_NS);
  });

  it('0.15.06: costs MAP_POPULATE, then huge pages, then 100 ms if it is not the first in a row', () => {
    const setting = { compat: '0.15.06', pages: 4, options: { file: true } } as const;
    const { growsDown } = MAP;
    const flags = [hugetlb, hugetlb, hugetlb, growsDown, growsDown, 0, growsDown];
    const { seen, child } = attempts(setting, flags);
    expect(seen).toEqual([
      { isMapped: false, pop: false, napped: false },
      { isMapped: false, pop: false, napped: false },
      // Masked: no flag at all.
      { isMapped: true, pop: false, napped: false },
      { isMapped: false, pop: false, napped: false },
      { isMapped: false, pop: false, napped: true },
      { isMapped: true, pop: false, napped: false },
      { isMapped: false, pop: false, napped: false },
    ]);
    expect(child.masked).toBe(hugetlb);
    expect(child.failures).toBe(1);
  });

  it('HEAD: never masks huge pages', () => {
    const flags = [hugetlb, hugetlb, hugetlb, 0, hugetlb];
    const { seen, child } = attempts({ compat: 'head', pages: 4 }, flags);
    expect(seen.map(({ isMapped }) => isMapped)).toEqual([false, false, false, true, false]);
    expect(seen.map(({ napped }) => napped)).toEqual([false, true, true, false, false]);
    expect(child.masked).toBe(0);
  });

  it('0.09.31 gives up after 256, and says so', () => {
    const setting = { compat: '0.09.31', pages: 4, ops: 1000, options: { file: true } } as const;
    const task = chosenRun(setting, { flag: MAP.growsDown });
    expect(task.ops).toBe(0);
    expect(task.cpu.nowNs).toBe(255 * NAP_NS);
    expect(task.shortages).toEqual(['mmap: gave up after 256 mappings that failed']);
  });
});

describe("the run's end", () => {
  it.each(['0.09.31', '0.15.06', 'head'] as const)(
    '%s: cuts an operation short, which counts',
    (compat) => {
      // The first look is at the loop's head.
      const setting = { compat, pages: 300, ops: 100, stopsAtLook: 2, noMadvise: true } as const;
      const task = chosenRun({ ...setting, options: { 'write-check': true } });
      expect(task.ops).toBe(1);
      expect(task.mapCount).toBe(0);
      // Some were unmapped in step 1, but for HEAD, and the others in step 3; none came back.
      expect(task.calls.counts.mmap).toBeLessThan(30);
      const munmaps = task.calls.counts.munmap;
      if (compat === 'head') expect(munmaps).toBeLessThan(10);
      else expect(munmaps).toBeGreaterThanOrEqual(300);
      expect(task.check()).toEqual([]);
    },
  );

  it('in step 2 leaves pages unmapped', () => {
    const looks = { compat: 'head', pages: 50, ops: 10, stopsAtLook: 1 + 50 + 20 } as const;
    const { task, go } = loneRun(looks);
    go();
    expect(task.ops).toBe(1);
    // 19 pages came back, and 16 calls close the operation; the big one may have been tried again.
    expect(task.calls.counts.mmap).toBeGreaterThanOrEqual(1 + 19 + 16);
    expect(task.calls.counts.mmap).toBeLessThan(1 + 19 + 16 + 5);
    expect(task.mapCount).toBe(0);
  });
});

describe('content that is not what was written', () => {
  it.each([
    { compat: '0.09.31', verify: false, options: {} },
    { compat: '0.15.06', verify: true, options: {} },
    { compat: 'head', verify: false, options: { 'write-check': true } },
    { compat: 'head', verify: true, options: { 'write-check': true } },
  ] as const)('is found: $compat, --verify $verify', ({ compat, verify, options }) => {
    const task = new LoneMmap({ compat, pages: 20, ops: 3, verify, options });
    const setting = mmapSettingOf(task.setting);
    /** Loses one word of the pattern, of the region with --verify and else of a page. */
    class LosingChild extends Child {
      #hasLost = false;
      override *set(at: number, pages: number, word: number) {
        yield* super.set(at, pages, word);
        if (this.#hasLost || pages > 1 !== verify) return;
        this.#hasLost = true;
        yield* this.calls.store(at, 1, word + 77);
      }
    }
    const child = new LosingChild(task, setting, new RandomDraws(task.prng));
    task.run(new MmapRun(child).program());
    const pages = verify ? 20 : 1;
    expect(task.failures).toEqual([
      `mmap: 1 of ${pages} pages do not have what was written to them`,
    ]);
    expect(task.ops).toBe(compat === 'head' ? 1 : 3);
  });

  it.each(['0.09.31', '0.15.06', 'head'] as const)('%s: none is wrong of itself', (compat) => {
    for (const options of [{}, { file: true }, { file: true, 'file-kind': 'tmpfs' }]) {
      const { task, go } = loneRun({
        compat,
        pages: 30,
        ops: 3,
        verify: true,
        options: { ...options, 'write-check': true, mprotect: true },
      });
      go();
      expect(task.failures).toEqual([]);
      expect(task.ops).toBe(3);
    }
  });
});

it('a machine without memory for the region ends the instance, with nothing left mapped', () => {
  const { task, go } = loneRun({ compat: '0.09.31', pages: 400, ops: 2, frames: 300 });
  go();
  expect(task.shortages).toEqual(['mmap: no memory for a page that is mapped']);
  expect(task.failures).toEqual([]);
  expect(task.mapCount).toBe(0);
  expect(task.check()).toEqual([]);
});

it('HEAD tries a munmap that finds too many VMAs ten times, for 0.55 s', () => {
  const task = new LoneMmap({ compat: 'head', pages: 64, maxMapCount: 3 });
  const child = new Child(task, mmapSettingOf(task.setting), new RandomDraws(task.prng));
  task.run(
    (function* () {
      child.address = yield* task.calls.mmap(0, 64 * PAGE_SIZE, 3, MAP.private | MAP.anonymous);
      for (const page of [10, 20, 30]) yield* child.unmap(child.addressOf(page), PAGE_SIZE);
    })(),
  );
  expect(task.cpu.nowNs).toBe(550_000_000);
  expect(task.calls.counts.munmap).toBe(2 + 10);
});
