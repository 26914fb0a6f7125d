import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFile, putFile } from './file.js';
import { FILE, FILE_KIND, FRAME, FRAME_DIRTY, FRAME_WORDS, PAGE_SIZE } from './layout.js';
import {
  CACHE_PAGES,
  addPage,
  cachedFrame,
  cutPages,
  diskWord,
  eraseDisk,
  nextCached,
  removePages,
  writeDisk,
} from './page-cache.js';
import { unsound } from './testing/memory-view.js';
import { runAlone, testMachine } from './testing/test-machine.js';

/** Pages on either side of every table's edge, and the last that there can be. */
const EDGES = [0, 1, 2, 510, 511, 512, 1023, 2 ** 18 - 1, 2 ** 18, 2 ** 18 + 513, 2 ** 26];
const index = fc.constantFrom(...EDGES, CACHE_PAGES - 1);
const span = fc.tuple(index, index).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), index, dirty: fc.boolean() }),
  fc.record({ do: fc.constant('write' as const), index, word: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ do: fc.constant('remove' as const), span, idle: fc.boolean() }),
  fc.record({ do: fc.constant('erase' as const), span }),
  fc.record({ do: fc.constant('cut' as const), index }),
);

/** The obvious cache: which pages it has and whether they are dirty, and what the disk holds. */
class Model {
  readonly cache = new Map<number, { readonly dirty: boolean; readonly word: number }>();
  readonly disk = new Map<number, number>();
}

class Pair {
  readonly machine = testMachine({ tasks: 1, files: 1, frames: 64, tables: 64 });
  readonly km = this.machine.km;
  readonly cpu = this.machine.cpus[0]!;
  readonly file = runAlone(createFile(this.cpu, FILE_KIND.disk, CACHE_PAGES * PAGE_SIZE));
  readonly model = new Model();

  add(at: number, dirty: boolean): void {
    const { km, model } = this;
    if (model.cache.has(at)) return;
    const frame = runAlone(addPage(this.cpu, this.file, at));
    expect(frame).not.toBe(0);
    if (dirty) km.frames[frame * FRAME_WORDS + FRAME.state]! |= FRAME_DIRTY;
    model.cache.set(at, { dirty, word: model.disk.get(at) ?? 0 });
  }

  remove(first: number, end: number, idle: boolean): void {
    const gone = [...this.model.cache].filter(
      ([at, page]) => at >= first && at < end && !(idle && page.dirty),
    );
    expect(runAlone(removePages(this.cpu, this.file, first, end, idle))).toBe(gone.length);
    for (const [at] of gone) this.model.cache.delete(at);
  }

  cut(first: number): void {
    runAlone(cutPages(this.cpu, this.file, first));
    for (const map of [this.model.cache, this.model.disk]) {
      for (const at of map.keys()) if (at >= first) map.delete(at);
    }
  }

  compare(): void {
    const { km, file, model } = this;
    for (const at of [...EDGES, CACHE_PAGES - 1]) {
      const frame = cachedFrame(km, file, at);
      expect(frame !== 0, `page ${at} cached`).toBe(model.cache.has(at));
      const content = km.frames[frame * FRAME_WORDS + FRAME.content];
      if (frame !== 0) expect(content, `page ${at}`).toBe(model.cache.get(at)!.word);
      expect(diskWord(km, file, at), `page ${at} on disk`).toBe(model.disk.get(at) ?? 0);
    }
    const found: number[] = [];
    for (let at = 0; (at = nextCached(km, file, at, Infinity)) !== Infinity; at++) found.push(at);
    expect(found).toEqual([...model.cache.keys()].sort((a, b) => a - b));
    expect(km.words[km.fileAt(file) + FILE.cached]).toBe(model.cache.size);
    expect(unsound(this.machine)).toEqual([]);
  }
}

it('holds what a map from page to word holds, and gives every table back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const pair = new Pair();
      for (const todo of steps) {
        if (todo.do === 'add') pair.add(todo.index, todo.dirty);
        else if (todo.do === 'remove') pair.remove(...todo.span, todo.idle);
        else if (todo.do === 'cut') pair.cut(todo.index);
        else if (todo.do === 'erase') {
          eraseDisk(pair.km, pair.file, ...todo.span);
          const [first, end] = todo.span;
          for (const at of pair.model.disk.keys()) {
            if (at >= first && at < end) pair.model.disk.delete(at);
          }
        } else {
          expect(runAlone(writeDisk(pair.cpu, pair.file, todo.index, todo.word))).toBe(true);
          pair.model.disk.set(todo.index, todo.word);
        }
        pair.compare();
      }
      runAlone(putFile(pair.cpu, pair.file));
      expect(unsound(pair.machine)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('caches no page that its trees do not reach', () => {
  const { machine, cpu, file, km } = new Pair();
  expect(runAlone(addPage(cpu, file, CACHE_PAGES))).toBe(0);
  expect(runAlone(writeDisk(cpu, file, 2 ** 40, 1))).toBe(false);
  expect(cachedFrame(km, file, CACHE_PAGES)).toBe(0);
  expect(diskWord(km, file, 2 ** 40)).toBe(0);
  expect(unsound(machine)).toEqual([]);
});
