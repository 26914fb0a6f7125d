import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFile } from './file.js';
import {
  linkToFile,
  mappingsOfFile,
  nextMapping,
  noteEndInFile,
  unlinkFromFile,
} from './file-mappings.js';
import { FILE_KIND, PAGE_SIZE, VMA_PAGES, VMA_WORDS } from './layout.js';
import { runAlone, testMachine } from './testing/test-machine.js';
import { initVma, startOf } from './vma.js';

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

  /** Another end, as when it is split or grows. */
  resize(pick: number, pages: number): void {
    if (this.all.length === 0) return;
    const at = pick % this.all.length;
    const { vma, first } = this.all[at]!;
    this.km.vmaPages[(vma * VMA_WORDS) / 2 + VMA_PAGES.end] = startOf(this.km, vma) + pages;
    noteEndInFile(this.km, vma);
    this.all[at] = { vma, first, end: first + pages };
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
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('resize' as const), fc.nat(), fc.integer({ min: 1, max: 12 })),
  },
);

it('finds exactly the VMAs that show a page of a range, in their order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const mapped = new Mapped();
      for (const step of steps) {
        if (step[0] === 'link') mapped.link(step[1], step[2], step[3]);
        else if (step[0] === 'resize') mapped.resize(step[1], step[2]);
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

it('a page of a file that is mapped page by page is found without looking at all of its VMAs', () => {
  const vmas = 20_000;
  const { km, cpus } = testMachine({ vmas, frames: 1, files: 1 });
  const file = runAlone(createFile(cpus[0]!, FILE_KIND.tmpfs, vmas * PAGE_SIZE));
  for (let vma = 1; vma <= vmas; vma++) {
    initVma(km, vma, { mm: 0, start: 2 * vma, end: 2 * vma + 1, flags: 0, file, pgoff: vma });
    linkToFile(km, vma);
  }
  let looks = 0;
  const counted = new Proxy(km.vmaPages, {
    get: (pages, field) => {
      looks += 1;
      return pages[Number(field)];
    },
  });
  const watched = Object.create(km, { vmaPages: { value: counted } }) as typeof km;
  for (let page = 1; page <= vmas; page += 997) {
    expect(nextMapping(watched, file, 0, page, page + 1)).toBe(page);
    expect(nextMapping(watched, file, page, page, page + 1)).toBe(0);
  }
  expect(looks / Math.ceil(vmas / 997)).toBeLessThan(600);
});
