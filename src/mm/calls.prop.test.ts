import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rulesOf } from './kernel-rules.js';
import { FILE_KIND, MM_PAGES } from './layout.js';
import { AttributeModel, COMPARED_FLAGS } from './testing/attribute-model.js';
import { CallTask } from './testing/call-task.js';
import { contentOf, leftAfterExit, unsound } from './testing/memory-view.js';
import { testMachine } from './testing/test-machine.js';
import { MADV, MAP, MREMAP, PROT } from './uapi.js';
import { VM_LOCKED, findVma, flagsOf, startOf } from './vma.js';

/** Over the end of a table of the third level. */
const FIRST = 2 ** 18 - 20;
const WINDOW = 48;
/** More than mappings can grow into. */
const FILE_PAGES = 1024;

const { none, read, write } = PROT;
const READ_WRITE = read | write;

const at = fc.nat({ max: WINDOW - 1 });
const pages = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }));
const prot = fc.constantFrom(READ_WRITE, READ_WRITE, read, none);
const advice = fc.constantFrom(
  MADV.normal,
  MADV.random,
  MADV.sequential,
  MADV.dontFork,
  MADV.doFork,
  MADV.dontNeed,
);
const call = <T extends string>(name: T, weight: number) => ({
  weight,
  arbitrary: fc.record({
    name: fc.constant(name),
    at,
    pages,
    to: at,
    prot,
    advice,
    flag: fc.boolean(),
  }),
});
const step = fc.oneof(
  call('map', 4),
  call('mapFile', 3),
  call('unmap', 2),
  call('protect', 5),
  call('lock', 2),
  call('unlock', 2),
  call('advise', 5),
  call('move', 5),
  call('grow', 2),
  call('shrink', 1),
  call('fill', 5),
  call('load', 2),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Both {
  readonly machine = testMachine({ tasks: 1, frames: 800, files: 2 });
  readonly task = new CallTask(this.machine);
  readonly model = new AttributeModel(FILE_PAGES);
  readonly #file: number;
  readonly #hasDontUnmap: boolean;

  constructor(linux: string) {
    this.task.cpu.rules = rulesOf(linux);
    this.#hasDontUnmap = (this.task.cpu.rules.mremapFlags & MREMAP.dontUnmap) !== 0;
    this.#file = this.task.create(FILE_KIND.tmpfs, FILE_PAGES);
  }

  /** Makes a call on both sides: what each answers. */
  make(step: Step, serial: number): { readonly real: unknown; readonly expected: unknown } {
    const { task, model } = this;
    const first = FIRST + step.at;
    const count = Math.min(step.pages, WINDOW - step.at);
    switch (step.name) {
      case 'map': {
        const locked = step.flag ? VM_LOCKED : 0;
        model.map(first, count, step.prot | locked);
        const flags = MAP.fixed | (step.flag ? MAP.locked : 0);
        return { real: task.mapAt(first, count, flags, step.prot), expected: first };
      }
      case 'mapFile': {
        model.map(first, count, step.prot, step.to);
        const where = { page: first, pgoff: step.to, prot: step.prot };
        return { real: task.mapFile(this.#file, count, where), expected: first };
      }
      case 'unmap':
        model.unmap(first, count);
        return { real: task.unmap(first, count), expected: 0 };
      case 'fill': {
        const word = serial * 100;
        const expected = model.fill(first, count, word);
        return { real: task.fill(first, count, word), expected };
      }
      case 'load':
        return { real: task.load(first), expected: model.load(first) };
      case 'move':
      case 'grow':
      case 'shrink':
        return this.#remap(step, first, count);
      default:
        return this.#change(step, first, count);
    }
  }

  #change(step: Step, first: number, count: number) {
    const { task, model } = this;
    if (step.name === 'protect') {
      const expected = model.protect(first, count, step.prot);
      return { real: task.protect(first, count, step.prot), expected };
    }
    if (step.name === 'advise') {
      const expected = model.advise(first, count, step.advice);
      return { real: task.advise(first, count, step.advice), expected };
    }
    if (step.name === 'lock') {
      return { real: task.lock(first, count), expected: model.lock(first, count) };
    }
    return { real: task.unlock(first, count), expected: model.unlock(first, count) };
  }

  #remap(step: Step, first: number, count: number) {
    const { task, model } = this;
    if (step.name === 'grow') {
      return { real: task.remap(first, 1, count), expected: model.grow(first, count) };
    }
    if (step.name === 'shrink') {
      const fewer = Math.ceil(count / 2);
      const expected = model.shrink(first, count, fewer);
      return { real: task.remap(first, count, fewer), expected };
    }
    const to = FIRST + Math.min(step.to, WINDOW - count);
    // Linux unlocks all of the VMA that is left, and forgets to count it.
    const keepsOld = this.#hasDontUnmap && step.flag && model.lockedPages() === 0;
    // Before 6.17 only what lies in one VMA can move.
    const moved = task.cpu.rules.mremapMovesMany ? count : 1;
    const flags = keepsOld ? MREMAP.dontUnmap : 0;
    const expected = model.move(first, moved, to, keepsOld);
    return { real: task.remap(first, moved, moved, to, flags), expected };
  }

  /** Pages at which the two sides differ. */
  differences(): string[] {
    const { km, mm } = this.machine;
    const found: string[] = [];
    for (let page = FIRST - 1; page <= FIRST + WINDOW + 20; page++) {
      const vma = findVma(km, mm, page);
      const isMapped = vma !== 0 && startOf(km, vma) <= page;
      const flags = isMapped ? flagsOf(km, vma) & COMPARED_FLAGS : -1;
      const word = contentOf(km, mm, page);
      const expected = this.model.pages.get(page);
      if (flags !== (expected?.flags ?? -1)) found.push(`page ${page - FIRST}: flags ${flags}`);
      else if (word !== undefined && word !== expected?.cell.word) {
        found.push(`page ${page - FIRST}: holds ${word}, not ${expected?.cell.word ?? 'nothing'}`);
      }
    }
    const locked = km.stats[mm.at / 2 + MM_PAGES.locked]!;
    if (locked !== this.model.lockedPages()) found.push(`${locked} pages are locked`);
    return found;
  }

  end(): void {
    // What is not present must not have been forgotten.
    for (const page of this.model.pages.keys()) {
      this.model.protect(page, 1, read);
      expect(this.task.protect(page, 1, read)).toBe(0);
      expect(this.task.load(page)).toBe(this.model.load(page));
    }
    this.task.close();
    expect(leftAfterExit(this.machine)).toEqual([]);
  }
}

it.each(['6.18', '4.17'])(
  'Linux %s: every call does to pages what a map of pages says',
  (linux) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
        const both = new Both(linux);
        steps.forEach((step, i) => {
          const { real, expected } = both.make(step, i + 1);
          const what = `step ${i}, ${step.name}`;
          expect(real, what).toBe(expected);
          expect(both.differences(), what).toEqual([]);
          expect(unsound(both.machine), what).toEqual([]);
        });
        both.end();
      }),
      { seed: 2018, numRuns: 150 },
    );
  },
);
