import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_RULES } from './kernel-rules.js';
import { MMAP_BASE_PAGE } from './mm.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { LoneTask, READ_WRITE } from './testing/lone-task.js';
import { contentOf, leftAfterExit, permittedRuns, unsound } from './testing/memory-view.js';
import { PageModel } from './testing/page-model.js';
import { testMachine } from './testing/test-machine.js';
import { MAP } from './uapi.js';
import { VM_READ } from './vma.js';

/** Room for three huge pages, most ranges beginning or ending at an edge of one or beside it. */
const BASE = 2 ** 25;
const PAGES = 3 * 512;
const edge = fc.oneof(
  fc.constantFrom(0, 512, 1024, PAGES),
  fc.constantFrom(1, 511, 513, 1023, 1025, PAGES - 1),
  fc.nat({ max: PAGES }),
);
const range = fc
  .tuple(edge, edge)
  .map(([a, b]) => ({ page: BASE + Math.min(a, b), pages: Math.abs(a - b) || 1 }));
const some = range.map(({ page, pages }) => ({ page, pages: Math.min(pages, 3) }));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('map' as const),
      at: range,
      prot: fc.constantFrom(READ_WRITE, READ_WRITE, READ_WRITE, VM_READ, 0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ call: fc.constant('unmap' as const), at: range }) },
  { weight: 6, arbitrary: fc.record({ call: fc.constant('fill' as const), at: some }) },
  { weight: 5, arbitrary: fc.record({ call: fc.constant('load' as const), at: some }) },
);

it.each([
  { strategy: pristine, frames: 6000 },
  { strategy: patched, frames: 6000 },
  { strategy: mainline, frames: 6000 },
  { strategy: patched, frames: 2300 },
])(
  '$strategy.name with $frames frames: huge pages hold what pages hold',
  ({ strategy, frames }) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }), (steps) => {
        const machine = testMachine({ tasks: 1, frames, tables: 24, vmas: 64 });
        const { km, mm } = machine;
        machine.cpus[0]!.rules = { ...DEFAULT_RULES, thp: 'always' };
        const task = new LoneTask(machine, { strategy, thresholdPages: 1 });
        const model = new PageModel(MMAP_BASE_PAGE);
        steps.forEach((one, i) => {
          const { page, pages } = one.at;
          if (one.call === 'map') {
            task.mapAt(page, pages, MAP.fixed, one.prot);
            model.map(pages, one.prot, page, MAP.fixed);
          } else if (one.call === 'unmap') {
            expect(task.unmap(page, pages)).toBe(0);
            model.unmap(page, pages);
          } else if (one.call === 'fill') {
            expect(task.fill(page, pages, 10 * i + 1)).toBe(model.fill(page, pages, 10 * i + 1));
          } else {
            expect(task.load(page)).toBe(model.load(page));
          }
          expect(permittedRuns(km, mm)).toEqual(model.runs());
        });
        for (let page = BASE; page < BASE + PAGES; page++) {
          const content = contentOf(km, mm, page) ?? 0;
          if (content !== (model.pages.get(page)?.content ?? 0)) {
            expect.fail(`page ${page} holds ${content}`);
          }
        }
        expect(unsound(machine)).toEqual([]);
        expect(leftAfterExit(machine)).toEqual([]);
      }),
      { seed: 2018, numRuns: 60 },
    );
  },
);
