/** Longer runs of one task: the shapes of LTP's mm01, mm02 and mmapstress, and of stress-ng's mmapmany. */
import { MADV, MAP, MS } from '../../mm/uapi.js';
import { Prng, STREAM } from '../../util/prng.js';
import type { LoneCase } from '../case.js';
import {
  expectDenied,
  expectEqual,
  expectFilled,
  expectLayout,
  expectLoad,
  expectResult,
  expectThat,
  expectTouch,
  fill,
  pages,
} from '../expect.js';
import { ARENA, fileOf, place, placeFile } from './places.js';

/** Maps a file, writes every page, writes it back, unmaps it. */
const mm01 =
  (count: number): LoneCase['run'] =>
  (process) => {
    const file = process.open('disk', pages(count), 'testfile');
    const at = placeFile(process, file, 0, count);
    fill(process, at, count, 1);
    expectResult('msync', process.msync(at, pages(count), MS.sync), 0);
    expectFilled(process, at, count, 1);
    expectResult('munmap', process.munmap(at, pages(count)), 0);
    expectTouch(process, at, 'r', 'maperr');
    expectEqual(
      'the last word of the file',
      process.readFile(file, count - 1, 1).join(),
      `${count}`,
    );
  };

export const SUITES: readonly LoneCase[] = [
  {
    name: 'map-10000-pages',
    asserts:
      '10000 pages of a file are mapped, written, synchronised and unmapped, and are in the file',
    ltp: 'mm01',
    run: mm01(10_000),
  },
  {
    name: 'map-100-pages',
    asserts: 'the same with 100 pages',
    ltp: 'mm02',
    run: mm01(100),
  },
  {
    name: 'sparse-file',
    asserts:
      'pages written here and there in a large file through short mappings are all found again',
    ltp: 'mmapstress03',
    run: (process) => {
      const count = 4096;
      const file = process.open('tmpfs', pages(count), 'testfile');
      const pattern = Array.from({ length: 64 }, (_, i) => (i * 577) % count);
      for (const page of pattern) {
        const at = placeFile(process, file, 0, 1, { filePage: page });
        expectTouch(process, at, 'w', 'ok', page + 1);
      }
      const at = placeFile(process, file, 0, count);
      for (const page of pattern) expectLoad(process, at + pages(page), page + 1);
      expectLoad(process, at + pages(1), pattern.includes(1) ? 2 : 0);
    },
  },
  {
    name: 'growing-file',
    asserts: 'a mapping larger than its file shows more of it as it grows, and loses nothing',
    ltp: 'mmapstress01',
    run: (process) => {
      const file = process.open('disk', 0, 'testfile');
      const at = placeFile(process, file, 0, 64);
      expectTouch(process, at, 'r', 'bus');
      for (let size = 1; size <= 64; size++) {
        expectResult('truncate', process.truncate(file, pages(size)), 0);
        expectTouch(process, at + pages(size - 1), 'w', 'ok', 1000 + size - 1);
        if (size % 16 === 0) expectResult('msync', process.msync(at, pages(size), MS.sync), 0);
      }
      expectFilled(process, at, 64, 1000);
    },
  },
  {
    name: 'private-corruption',
    asserts: 'random private and shared stores and write-backs leave every page with its own word',
    ltp: 'mmap-corruption01',
    run: (process) => {
      const prng = new Prng(1, STREAM.task);
      const count = 48;
      const file = fileOf(process, 'disk', count, 1);
      const shared = placeFile(process, file, 0, count);
      const own = placeFile(process, file, count, count, { type: MAP.private });
      const inFile = Array.from({ length: count }, (_, i) => i + 1);
      const copies = new Map<number, number>();
      for (let step = 0; step < 4000; step++) {
        const page = prng.below(count);
        const dice = prng.below(8);
        if (dice < 3) {
          inFile[page] = step + 100;
          expectTouch(process, shared + pages(page), 'w', 'ok', step + 100);
        } else if (dice < 5) {
          copies.set(page, step + 100);
          expectTouch(process, own + pages(page), 'w', 'ok', step + 100);
        } else if (dice === 5) process.msync(shared + pages(page), pages(1), MS.sync);
        else if (dice === 6) {
          copies.delete(page);
          expectResult('madvise', process.madvise(own + pages(page), 4096, MADV.dontNeed), 0);
        } else process.madvise(shared + pages(page), pages(1), MADV.dontNeed);
        expectLoad(process, shared + pages(page), inFile[page]!);
        expectLoad(process, own + pages(page), copies.get(page) ?? inFile[page]!);
      }
    },
  },
  {
    name: 'many-small-mappings',
    asserts:
      'thousands of mappings of three pages lose their middle page, and then all their pages',
    run: (process) => {
      const count = 4000;
      for (let i = 0; i < count; i++) {
        const at = place(process, 4 * i, 3);
        fill(process, at, 3, i + 1);
        expectResult('munmap', process.munmap(at + pages(1), pages(1)), 0);
      }
      expectThat(process.mapCount >= 2 * count, `there are ${process.mapCount} mappings`);
      for (let i = 0; i < count; i += 97) {
        const at = ARENA + pages(4 * i);
        expectLoad(process, at, i + 1);
        expectDenied(process, at + pages(1), 1);
        expectLoad(process, at + pages(2), i + 3);
      }
      expectResult('munmap of all', process.munmap(ARENA, pages(4 * count)), 0);
      expectEqual('resident pages', process.residentPages, 0);
    },
  },
  {
    name: 'random-unmap-order',
    asserts:
      'pages unmapped one by one in random order, as stress-ng does, and mapped back, are all right',
    run: (process) => {
      const prng = new Prng(7, STREAM.task);
      const count = 512;
      fill(process, place(process, 0, count), count, 1);
      const order = Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = prng.below(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      for (const page of order) {
        expectLoad(process, ARENA + pages(page), page + 1);
        expectResult('munmap', process.munmap(ARENA + pages(page), pages(1)), 0);
        expectDenied(process, ARENA + pages(page), 1);
      }
      // Nobody stores to them yet: what has pages of its own keeps apart from what has others.
      for (const page of order) place(process, page, 1);
      expectLayout(process, ARENA, count, [`0+${count} rw-p`]);
      fill(process, ARENA, count, 9);
      expectFilled(process, ARENA, count, 9);
    },
  },
];
