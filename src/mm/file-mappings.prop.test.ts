import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFile } from './file.js';
import { linkToFile, mappingsOfFile, nextMapping, unlinkFromFile } from './file-mappings.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { runAlone, testMachine } from './testing/test-machine.js';
import { initVma } from './vma.js';

const PAGES = 40;
const HANDLES = 30;

interface Mapping {
  readonly vma: number;
  readonly first: number;
  readonly end: number;
}

/** A file that VMAs map, and next to it all of them in an array. */
class Mapped {
  readonly km;
  readonly file: number;
  readonly all: Mapping[] = [];

  constructor() {
    const { km, cpus } = testMachine({ vmas: HANDLES, frames: 1, files: 1 });
    this.km = km;
    this.file = runAlone(createFile(cpus[0]!, FILE_KIND.tmpfs, PAGES * PAGE_SIZE));
  }

  link(vma: number, first: number, pages: number): void {
    if (this.all.some((mapping) => mapping.vma === vma)) return;
    const { km, file } = this;
    // Where it is mapped has nothing to do with what it maps.
    const start = 10_000 * vma;
    initVma(km, vma, { mm: 0, start, end: start + pages, flags: 0, file, pgoff: first });
    linkToFile(km, vma);
    this.all.push({ vma, first, end: first + pages });
    this.all.sort((a, b) => a.first - b.first || a.vma - b.vma);
  }

  unlink(pick: number): void {
    if (this.all.length === 0) return;
    const [gone] = this.all.splice(pick % this.all.length, 1);
    unlinkFromFile(this.km, gone!.vma);
  }

  /** All that show one of the pages, as the tree says. */
  showing(first: number, end: number): number[] {
    const found: number[] = [];
    let vma = 0;
    do {
      vma = nextMapping(this.km, this.file, vma, first, end);
      if (vma !== 0) found.push(vma);
    } while (vma !== 0);
    return found;
  }
}

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant('link' as const),
      fc.integer({ min: 1, max: HANDLES }),
      fc.nat(PAGES - 1),
      fc.integer({ min: 1, max: 12 }),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('unlink' as const), fc.nat()) },
);

it('finds exactly the VMAs that show a page of a range, in their order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const mapped = new Mapped();
      for (const step of steps) {
        if (step[0] === 'link') mapped.link(step[1], step[2], step[3]);
        else mapped.unlink(step[1]);
      }
      const { vmas, isTrue } = mappingsOfFile(mapped.km, mapped.file);
      expect(isTrue).toBe(true);
      expect(vmas).toEqual(mapped.all.map(({ vma }) => vma));
      for (let first = 0; first < PAGES; first += 3) {
        for (const end of [first + 1, first + 4, Infinity]) {
          const showing = mapped.all.filter((m) => m.first < end && m.end > first);
          expect(mapped.showing(first, end)).toEqual(showing.map(({ vma }) => vma));
        }
      }
    }),
  );
});
