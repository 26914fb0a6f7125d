import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PTRS_PER_TABLE } from './layout.js';
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from './mmap.js';
import { MMAP_BASE_PAGE } from './mm.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { LoneTask, READ_WRITE, type How } from './testing/lone-task.js';
import { contentOf, leftAfterExit, unsound, vmasOf } from './testing/memory-view.js';
import { PageModel } from './testing/page-model.js';
import { testMachine } from './testing/test-machine.js';
import { VM_EXEC, VM_READ } from './vma.js';

/**
 * Pages the operations are about: where mmap places of its own accord once everything above TOP is
 * taken, on both sides of a boundary between two page tables.
 */
const WINDOW = 48;
const TOP = MMAP_BASE_PAGE - ((MMAP_BASE_PAGE - WINDOW / 2) % PTRS_PER_TABLE);
const LOW = TOP - WINDOW;
const LID = { start: TOP, end: MMAP_BASE_PAGE, flags: VM_EXEC };

const place = fc.record({
  at: fc.nat({ max: WINDOW - 1 }),
  pages: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: WINDOW })),
});
const prot = fc.constantFrom(READ_WRITE, READ_WRITE, READ_WRITE, VM_READ, 0);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ call: fc.constant('map' as const), place, prot }) },
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('mapAt' as const),
      place,
      prot,
      flags: fc.constantFrom(MAP_FIXED, MAP_FIXED, MAP_FIXED_NOREPLACE),
    }),
  },
  { weight: 5, arbitrary: fc.record({ call: fc.constant('unmap' as const), place }) },
  { weight: 4, arbitrary: fc.record({ call: fc.constant('fill' as const), place }) },
  { weight: 3, arbitrary: fc.record({ call: fc.constant('load' as const), place }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does one step on both sides; they must answer alike. */
function both(task: LoneTask, model: PageModel, step: Step, serial: number): void {
  const at = LOW + step.place.at;
  const pages = Math.min(step.place.pages, WINDOW - step.place.at);
  const word = serial * 1000;
  if (step.call === 'map') {
    expect(task.map(pages, { prot: step.prot })).toBe(model.map(pages, step.prot));
  } else if (step.call === 'mapAt') {
    expect(task.mapAt(at, pages, step.flags, step.prot)).toBe(
      model.map(pages, step.prot, at, step.flags),
    );
  } else if (step.call === 'unmap') {
    model.unmap(at, pages);
    expect(task.unmap(at, pages)).toBe(0);
  } else if (step.call === 'fill') {
    expect(task.fill(at, pages, word)).toBe(model.fill(at, pages, word));
  } else {
    expect(task.load(at)).toBe(model.load(at));
  }
}

const kernels: { name: string; how: How }[] = [pristine, patched].flatMap((strategy) =>
  [1, 2 ** 40].map((thresholdPages) => ({
    name: `${strategy.name}, large from ${thresholdPages} pages on`,
    how: { strategy, thresholdPages },
  })),
);

it.each(kernels)('$name: one task sees what a map from page to content says', ({ how }) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
      const machine = testMachine({ tasks: 1, frames: 600, tables: 16, vmas: 64 });
      const { km, mm } = machine;
      const task = new LoneTask(machine, how);
      const model = new PageModel(TOP);
      task.mapAt(LID.start, LID.end - LID.start, MAP_FIXED, LID.flags);
      steps.forEach((step, i) => {
        both(task, model, step, i + 1);
        expect(vmasOf(km, mm)).toEqual([...model.runs(), LID]);
        for (let page = LOW - WINDOW; page < TOP; page++) {
          const expected = model.pages.get(page)?.content;
          if (contentOf(km, mm, page) !== expected) {
            expect.fail(`page ${page} holds ${contentOf(km, mm, page)}, not ${expected}`);
          }
        }
        expect(unsound(machine)).toEqual([]);
      });
      expect(leftAfterExit(machine)).toEqual([]);
    }),
    { seed: 2018, numRuns: 100 },
  );
});
