/**
 * Tasks of two address spaces that use one file at once, in hundreds of interleavings at every visible
 * step: stores against writeback, against dropping from the cache, against truncation, against unmapping.
 *
 * Every page is written by one task alone, with ever higher words that name the page. Nothing that is
 * written may be lost, unless somebody cuts the file; and whatever is read must have been written there.
 */
import { expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { createFile, putFile } from './file.js';
import {
  dropCache,
  pageOut,
  punchHole,
  readPage,
  syncFile,
  truncate,
  writePage,
} from './file-io.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { madvise } from './madvise.js';
import { mmap } from './mmap.js';
import type { Mm } from './mm.js';
import { pristine } from './munmap/pristine.js';
import { munmap } from './munmap/strategy.js';
import type { Op } from './op.js';
import { zapRange } from './page-table.js';
import { downRead, upRead } from './rwsem.js';
import { leftAfterExit, unsound } from './testing/memory-view.js';
import { byPriority, uniform } from './testing/schedule.js';
import { interleave, runAlone, testMachine, type TestCpu } from './testing/test-machine.js';
import { flushAndFree } from './tlb.js';
import { MADV, MAP, PROT } from './uapi.js';
import { findVma, startOf } from './vma.js';

const SEEDS = 250;
const ROUNDS = 14;
const TASKS = 4;
/** Pages of the file; task t alone writes those that are t modulo TASKS. */
const PAGES = 8;
/** Across two page tables. */
const HERE = 2 ** 25 - 4;
/** Words of page i are from i * WORDS on. */
const WORDS = 1000;

interface Race {
  readonly file: number;
  readonly type: number;
  readonly cuts: boolean;
  /** Last word that was written to each page. */
  readonly last: number[];
  readonly wrong: string[];
}

function* storeOrWrite(race: Race, cpu: TestCpu, mm: Mm, prng: Prng): Op<void> {
  const index = cpu.task + TASKS * prng.below(PAGES / TASKS);
  const word = Math.max(race.last[index]!, index * WORDS) + 1;
  if (prng.below(4) === 0) {
    if ((yield* writePage(cpu, race.file, index, word, prng.below(2) === 0)) === 0) {
      race.last[index] = word;
    }
    return;
  }
  const denied = yield* accessPages(cpu, mm, HERE + index, 1, ACCESS.store, word);
  if (denied === 0 && race.type === MAP.shared) race.last[index] = word;
  else if (denied > 0 && !race.cuts) race.wrong.push(`store to page ${index} denied`);
}

function* load(race: Race, cpu: TestCpu, mm: Mm, prng: Prng): Op<void> {
  const index = prng.below(PAGES);
  const before = race.last[index]!;
  const denied = yield* accessPages(cpu, mm, HERE + index, 1, ACCESS.load);
  if (denied > 0) {
    if (!race.cuts) race.wrong.push(`load of page ${index} denied`);
    return;
  }
  const { loaded } = cpu;
  const known = loaded === 0 || Math.floor(loaded / WORDS) === index;
  if (!known) race.wrong.push(`page ${index} shows ${loaded}`);
  const mustKeep = !race.cuts && race.type === MAP.shared;
  if (mustKeep && loaded < before) race.wrong.push(`page ${index}: ${loaded} after ${before}`);
}

function* mapIt(race: Race, cpu: TestCpu, mm: Mm): Op<void> {
  const { file, type } = race;
  const address = HERE * PAGE_SIZE;
  const request = { address, bytes: PAGES * PAGE_SIZE, prot: PROT.read | PROT.write, file };
  yield* mmap(cpu, mm, { ...request, flags: type | MAP.fixed });
}

function* advise(cpu: TestCpu, mm: Mm, prng: Prng): Op<void> {
  const first = HERE + prng.below(PAGES);
  const end = first + 1 + prng.below(HERE + PAGES - first);
  yield* downRead(cpu, mm.sem);
  if (prng.below(2) === 0) {
    yield* zapRange(cpu, mm, first, end);
    yield* flushAndFree(cpu, mm);
  } else {
    const vma = findVma(cpu.km, mm, first);
    if (vma !== 0 && startOf(cpu.km, vma) <= first) yield* pageOut(cpu, vma, first, end);
  }
  yield* upRead(cpu, mm.sem);
}

function* raceFile(race: Race, cpu: TestCpu, mm: Mm, prng: Prng): Op<void> {
  const { file, cuts } = race;
  yield* mapIt(race, cpu, mm);
  for (let round = 0; round < ROUNDS; round++) {
    const choice = prng.below(cuts ? 14 : 11);
    const first = prng.below(PAGES);
    if (choice < 4) yield* storeOrWrite(race, cpu, mm, prng);
    else if (choice < 6) yield* load(race, cpu, mm, prng);
    else if (choice < 8) yield* advise(cpu, mm, prng);
    else if (choice < 9) yield* syncFile(cpu, file, first, first + 3);
    else if (choice < 10) yield* dropCache(cpu, file, first, first + 4);
    else if (choice < 11) yield* mapIt(race, cpu, mm);
    else if (choice < 12) yield* punchHole(cpu, file, first, first + 2);
    else if (choice < 13) yield* truncate(cpu, file, (first + 1) * PAGE_SIZE);
    else {
      const how = { strategy: pristine, thresholdPages: 1 };
      yield* munmap(cpu, mm, how, (HERE + first) * PAGE_SIZE, 2 * PAGE_SIZE);
      yield* mapIt(race, cpu, mm);
    }
  }
}

/** Mappings that are split and merged, and change nothing else. */
function* reshape(race: Race, cpu: TestCpu, mm: Mm, prng: Prng): Op<void> {
  yield* mapIt(race, cpu, mm);
  for (let round = 0; round < ROUNDS; round++) {
    const choice = prng.below(4);
    const first = prng.below(PAGES);
    const pages = 1 + prng.below(PAGES - first);
    const advice = choice === 0 ? MADV.random : MADV.normal;
    if (choice < 2) {
      yield* madvise(cpu, mm, (HERE + first) * PAGE_SIZE, pages * PAGE_SIZE, advice);
    } else if (choice < 3) yield* storeOrWrite(race, cpu, mm, prng);
    else yield* syncFile(cpu, race.file);
  }
}

function run(
  seed: number,
  race: Omit<Race, 'file' | 'last' | 'wrong'> & { kind: 1 | 2 },
  program = raceFile,
): string[] {
  const prng = new Prng(seed, 17);
  const machine = testMachine({ tasks: TASKS, mms: 2, files: 2, frames: 512, tables: 40 });
  const { cpus, mms } = machine;
  const file = runAlone(createFile(cpus[0]!, race.kind, PAGES * PAGE_SIZE));
  const full: Race = { ...race, file, last: new Array<number>(PAGES).fill(0), wrong: [] };
  const ops = cpus.map((cpu) =>
    program(full, cpu, mms[cpu.task % 2]!, new Prng(seed, 18, cpu.task)),
  );
  interleave(cpus, ops, prng, seed % 3 === 0 ? uniform(prng) : byPriority(prng, TASKS, 40));
  const { wrong } = full;
  wrong.push(...unsound(machine));
  for (let index = 0; index < PAGES && !race.cuts; index++) {
    runAlone(readPage(cpus[0]!, file, index));
    const word = cpus[0]!.loaded;
    if (word !== full.last[index])
      wrong.push(`page ${index} ends as ${word}, not ${full.last[index]}`);
  }
  runAlone(putFile(cpus[0]!, file));
  wrong.push(...leftAfterExit(machine));
  return wrong;
}

const { disk, tmpfs } = FILE_KIND;
it.each([
  { kind: disk, name: 'disk', type: MAP.shared, mapping: 'shared', cuts: false },
  { kind: tmpfs, name: 'tmpfs', type: MAP.shared, mapping: 'shared', cuts: false },
  { kind: disk, name: 'disk', type: MAP.private, mapping: 'private', cuts: false },
  { kind: disk, name: 'disk', type: MAP.shared, mapping: 'shared', cuts: true },
  { kind: tmpfs, name: 'tmpfs', type: MAP.shared, mapping: 'shared', cuts: true },
  { kind: disk, name: 'disk', type: MAP.private, mapping: 'private', cuts: true },
])('$name, $mapping, cut $cuts: nothing lost, nothing mixed up', ({ kind, type, cuts }) => {
  for (let seed = 0; seed < SEEDS; seed++) {
    expect(run(seed, { kind, type, cuts }), `seed ${seed}`).toEqual([]);
  }
});

it('pages are cleaned in mappings that are split or merged just now, too', () => {
  for (let seed = 0; seed < 2 * SEEDS; seed++) {
    const race = { kind: disk, type: MAP.shared, cuts: false };
    expect(run(seed, race, reshape), `seed ${seed}`).toEqual([]);
  }
});
