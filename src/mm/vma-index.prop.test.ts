import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkVmas } from './check-vmas.js';
import { MM, VMA, VMA_WORDS } from './layout.js';
import { addMapCount } from './mm.js';
import { testMachine } from './testing/test-machine.js';
import { vmasOf } from './testing/memory-view.js';
import { findGap, insertVma, lastBelow, removeVma, resizeVma } from './vma-index.js';
import { findVma, initVma } from './vma.js';

/** Every page the test may use, at the top of the address space, where numbers are largest. */
const PAGES = 64;
const HANDLES = 24;

interface Range {
  readonly vma: number;
  start: number;
  end: number;
}

/** The obvious index: ranges in an array, every question answered by looking at all of them. */
class SlowIndex {
  readonly ranges: Range[] = [];

  isFree(start: number, end: number): boolean {
    return this.ranges.every((range) => range.end <= start || end <= range.start);
  }

  insert(range: Range): void {
    this.ranges.push(range);
    this.ranges.sort((a, b) => a.start - b.start);
  }

  findVma(page: number): number {
    return this.ranges.find((range) => range.end > page)?.vma ?? 0;
  }

  lastBelow(page: number): number {
    return this.ranges.findLast((range) => range.end <= page)?.vma ?? 0;
  }

  findGap(pages: number, low: number, high: number): number {
    for (let start = high - pages; start >= low; start--) {
      if (this.isFree(start, start + pages)) return start;
    }
    return -1;
  }
}

/** The real index and the slow one, always told the same. */
class Pair {
  readonly machine = testMachine({ tasks: 1, vmas: HANDLES, frames: 1, tables: 1 });
  readonly slow = new SlowIndex();
  readonly base: number;

  constructor(base: number) {
    this.base = base;
  }

  insert(handle: number, start: number, pages: number): void {
    const { km, mm } = this.machine;
    const range = { vma: handle, start: this.base + start, end: this.base + start + pages };
    if (this.slow.ranges.some(({ vma }) => vma === handle)) return;
    if (start + pages > PAGES || !this.slow.isFree(range.start, range.end)) return;
    initVma(km, handle, { mm: 0, start: range.start, end: range.end, flags: 0 });
    insertVma(km, mm, handle);
    addMapCount(km, mm, 1);
    this.slow.insert(range);
  }

  remove(pick: number): void {
    const { km, mm } = this.machine;
    const [range] = this.slow.ranges.splice(pick % Math.max(1, this.slow.ranges.length), 1);
    if (range === undefined) return;
    removeVma(km, mm, range.vma);
    addMapCount(km, mm, -1);
  }

  resize(pick: number, start: number, pages: number): void {
    const { ranges } = this.slow;
    const at = pick % Math.max(1, ranges.length);
    const range = ranges[at];
    if (range === undefined) return;
    const floor = ranges[at - 1]?.end ?? this.base;
    const ceiling = ranges[at + 1]?.start ?? this.base + PAGES;
    range.start = Math.max(floor, Math.min(this.base + start, ceiling - 1));
    range.end = Math.min(range.start + pages, ceiling);
    resizeVma(this.machine.km, range.vma, range.start, range.end);
  }

  compare(): void {
    const { km, mm } = this.machine;
    const { base, slow } = this;
    const broken: string[] = [];
    const covered = checkVmas(km, mm.id, (holds, otherwise) => {
      if (!holds) broken.push(otherwise());
    });
    expect(broken).toEqual([]);
    const ranges = slow.ranges.map(({ start, end }) => ({ start, end, flags: 0 }));
    expect(vmasOf(km, mm)).toEqual(ranges);
    expect(covered.length / 2).toBe(
      ranges.filter(({ start }, i) => ranges[i - 1]?.end !== start).length,
    );
    const pages = Array.from({ length: PAGES + 2 }, (_, i) => base - 1 + i);
    expect(pages.map((page) => findVma(km, mm, page))).toEqual(
      pages.map((page) => slow.findVma(page)),
    );
    expect(pages.map((page) => lastBelow(km, mm, page))).toEqual(
      pages.map((page) => slow.lastBelow(page)),
    );
  }

  compareGap(pages: number, low: number, high: number): void {
    const { km, mm } = this.machine;
    const [from, to] = [this.base + low, this.base + high];
    expect(findGap(km, mm, pages, from, to), `gap of ${pages} in [${low}, ${high})`).toBe(
      this.slow.findGap(pages, from, to),
    );
  }
}

const page = fc.nat({ max: PAGES });
const size = fc.integer({ min: 1, max: 9 });
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      pick: fc.integer({ min: 1, max: HANDLES }),
      page,
      size,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('resize' as const), pick: fc.nat(), page, size }),
  },
);
const gap = fc.record({ pages: fc.integer({ min: 1, max: 20 }), low: page, high: page });

it.each([2 ** 20, 2 ** 35 - 2 * PAGES])(
  'does what an array of ranges does, from page %i on',
  (base) => {
    const program = fc.array(fc.record({ operation, gap }), {
      minLength: 20,
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(program, (steps) => {
        const pair = new Pair(base);
        for (const { operation: op, gap } of steps) {
          if (op.kind === 'insert') pair.insert(op.pick, op.page, op.size);
          else if (op.kind === 'remove') pair.remove(op.pick);
          else pair.resize(op.pick, op.page, op.size);
          pair.compare();
          pair.compareGap(gap.pages, gap.low, gap.high);
        }
      }),
      { seed: 417, numRuns: 40 },
    );
  },
);

it('is not a list in disguise: a thousand VMAs in order are found in a few steps', () => {
  const { km, mm } = testMachine({ tasks: 1, vmas: 1024, frames: 1, tables: 1 });
  for (let i = 1; i <= 1024; i++) {
    initVma(km, i, { mm: 0, start: 2 * i, end: 2 * i + 1, flags: 0 });
    insertVma(km, mm, i);
  }
  const depth = (node: number): number => {
    if (node === 0) return 0;
    const at = node * VMA_WORDS;
    const below = [VMA.left, VMA.right].map((side) => depth(km.vmaWords[at + side]!));
    return 1 + Math.max(...below);
  };
  // A random search tree of n nodes is some 3 log2 n deep.
  expect(depth(km.words[mm.at + MM.tree]!)).toBeLessThan(40);
});

it('asserts that VMAs neither overlap nor become empty', () => {
  const { km, mm } = testMachine({ tasks: 1, vmas: 4, frames: 1, tables: 1 });
  const insert = (vma: number, start: number, end: number): void => {
    initVma(km, vma, { mm: 0, start, end, flags: 0 });
    insertVma(km, mm, vma);
  };
  insert(1, 10, 20);
  insert(2, 30, 40);
  expect(() => {
    insert(3, 15, 25);
  }).toThrow('overlaps the one below');
  expect(() => {
    insert(3, 25, 31);
  }).toThrow('overlaps the one above');
  expect(() => {
    resizeVma(km, 1, 15, 15);
  }).toThrow('empty');
  expect(() => {
    resizeVma(km, 1, 10, 31);
  }).toThrow('grew into the one above');
  expect(() => {
    resizeVma(km, 2, 19, 40);
  }).toThrow('grew into the one below');
});
