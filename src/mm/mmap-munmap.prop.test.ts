import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAP } from './uapi.js';
import { MMAP_BASE_PAGE } from './mm.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { LoneTask, READ_WRITE, type How } from './testing/lone-task.js';
import { contentOf, leftAfterExit, unsound, permittedRuns } from './testing/memory-view.js';
import { PageModel } from './testing/page-model.js';
import { testMachine } from './testing/test-machine.js';
import { VM_READ } from './vma.js';

/**
 * Where the operations are: around boundaries between tables of each level, and below mmap_base,
 * where mmap places of its own accord. Windows are few pages wide and, but for the first two, far
 * apart, so that whole tables of every level come and go.
 */
const WINDOW = 40;
const WINDOWS = [2 ** 9, 3 * 2 ** 9, 2 ** 18, 2 ** 27, MMAP_BASE_PAGE - WINDOW / 2].map(
  (middle) => middle - WINDOW / 2,
);

const place = fc.record({
  window: fc.nat({ max: WINDOWS.length - 1 }),
  at: fc.nat({ max: WINDOW - 1 }),
  pages: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: WINDOW })),
});
/** From a page in one window to a page in the same or another. */
const reach = fc.record({ from: place, to: place });
const prot = fc.constantFrom(READ_WRITE, READ_WRITE, READ_WRITE, VM_READ, 0);
const call = <T extends string>(name: T) => fc.constant(name);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ call: call('map'), place, prot }) },
  {
    weight: 5,
    arbitrary: fc.record({
      call: call('mapAt'),
      place,
      prot,
      flags: fc.constantFrom(MAP.fixed, MAP.fixed, MAP.fixedNoReplace),
    }),
  },
  { weight: 4, arbitrary: fc.record({ call: call('unmap'), place }) },
  { weight: 1, arbitrary: fc.record({ call: call('unmapFar'), reach }) },
  { weight: 4, arbitrary: fc.record({ call: call('fill'), place }) },
  { weight: 3, arbitrary: fc.record({ call: call('load'), place }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

const pageOf = ({ window, at }: Place): number => WINDOWS[window]! + at;

/** Does one step on both sides; they must answer alike. */
function both(task: LoneTask, model: PageModel, step: Step, serial: number): void {
  if (step.call === 'unmapFar') {
    const { from, to } = step.reach;
    const start = Math.min(pageOf(from), pageOf(to));
    const pages = Math.max(pageOf(from), pageOf(to)) + 1 - start;
    model.unmap(start, pages);
    expect(task.unmap(start, pages)).toBe(0);
    return;
  }
  const page = pageOf(step.place);
  const pages = Math.min(step.place.pages, WINDOW - step.place.at);
  if (step.call === 'map') {
    expect(task.map(pages, { prot: step.prot })).toBe(model.map(pages, step.prot));
  } else if (step.call === 'mapAt') {
    expect(task.mapAt(page, pages, step.flags, step.prot)).toBe(
      model.map(pages, step.prot, page, step.flags),
    );
  } else if (step.call === 'unmap') {
    model.unmap(page, pages);
    expect(task.unmap(page, pages)).toBe(0);
  } else if (step.call === 'fill') {
    const word = serial * 1000;
    expect(task.fill(page, pages, word)).toBe(model.fill(page, pages, word));
  } else {
    expect(task.load(page)).toBe(model.load(page));
  }
}

const kernels: { name: string; how: How }[] = [pristine, patched, mainline].flatMap((strategy) =>
  [1, 2 ** 40].map((thresholdPages) => ({
    name: `${strategy.name}, large from ${thresholdPages} pages on`,
    how: { strategy, thresholdPages },
  })),
);

it.each(kernels)('$name: one task sees what a map from page to content says', ({ how }) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
      const machine = testMachine({ tasks: 1, frames: 600, tables: 40, vmas: 128 });
      const { km, mm } = machine;
      const task = new LoneTask(machine, how);
      const model = new PageModel(MMAP_BASE_PAGE);
      steps.forEach((step, i) => {
        both(task, model, step, i + 1);
        expect(permittedRuns(km, mm)).toEqual(model.runs());
        for (const low of WINDOWS) {
          for (let page = low - 1; page <= low + WINDOW; page++) {
            const expected = model.pages.get(page)?.content;
            if (contentOf(km, mm, page) !== expected) {
              expect.fail(`page ${page} holds ${contentOf(km, mm, page)}, not ${expected}`);
            }
          }
        }
        expect(unsound(machine)).toEqual([]);
      });
      expect(leftAfterExit(machine)).toEqual([]);
    }),
    { seed: 2018, numRuns: 100 },
  );
});
