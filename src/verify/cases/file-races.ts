/** Several tasks on one file at once: mappings that come and go, and a file that grows under them. */
import { readPage, syncFile, truncate } from '../../mm/file-io.js';
import { FILE_KIND, PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { MAP } from '../../mm/uapi.js';
import type { ConcurrentCase, Setting } from '../case.js';
import { Unmet, expectThat } from '../expect.js';
import { runRace, type Racer } from '../race.js';

const SCHEDULES = 120;
const FILE_PAGES = 6;
const ROUNDS = 5;
const LOADS_MAX = 200;

const word = (round: number, page: number): number => round * 100 + page + 1;

/** How far the writer is: no page shows more than `begun`, none less than `done`. */
interface Progress {
  begun: number;
  done: number;
}

function* mapFile(task: Racer, file: number, page: number, count: number): Op<void> {
  const request = { flags: MAP.shared | MAP.fixed, file, offset: page * PAGE_SIZE };
  expectThat(yield* task.map(page, count, request), 'mmap of the file fails');
}

function* writeInTurns(task: Racer, file: number, at: Progress): Op<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    yield* mapFile(task, file, 0, FILE_PAGES);
    at.begun = round;
    for (let page = 0; page < FILE_PAGES; page++) {
      const stored = yield* task.store(page, word(round, page));
      expectThat(stored, `a store to page ${page} between mmap and munmap is denied`);
    }
    at.done = round;
    if (round % 2 === 0) yield* syncFile(task.cpu, file);
    yield* task.unmap(0, FILE_PAGES);
  }
}

/** Through whatever mapping there is: SIGSEGV, or what the file holds, which never gets older. */
function* readInTurns(task: Racer, at: Progress): Op<void> {
  for (let i = 0; i < LOADS_MAX && at.done < ROUNDS; i++) {
    const page = i % FILE_PAGES;
    const least = at.done;
    if (!(yield* task.load(page))) continue;
    const seen = task.cpu.loaded;
    const round = seen === 0 ? 0 : Math.floor(seen / 100);
    const isIts = seen === 0 || seen === word(round, page);
    if (isIts && round >= least && round <= at.begun) continue;
    const should = `one of rounds ${least} to ${at.begun}`;
    throw new Unmet(`page ${page} of the file shows ${seen}, not ${should}`);
  }
}

function* expectInFile(task: Racer, file: number, page: number, expected: number): Op<void> {
  const isThere = (yield* readPage(task.cpu, file, page)) === 1;
  const seen = task.cpu.loaded;
  expectThat(isThere && seen === expected, `page ${page} of the file is ${seen}, not ${expected}`);
}

/** Makes the file longer by a page of its own at a time, and takes old pages of its mapping away. */
function* growAndTrim(task: Racer, file: number, of: number, tasks: number): Op<void> {
  const own = Array.from({ length: 3 }, (_, i) => i * tasks + of);
  yield* mapFile(task, file, own[0]!, 1);
  for (const page of own) {
    yield* mapFile(task, file, page, 1);
    const stored = yield* task.store(page, word(1, page));
    expectThat(stored, `a store to page ${page}, inside the file, is denied`);
    const isThere = (yield* task.load(page)) && task.cpu.loaded === word(1, page);
    expectThat(isThere, `page ${page} shows ${task.cpu.loaded} after a store`);
    if (page % 2 === 0) yield* task.unmap(page, 1);
    if (of === 0) yield* syncFile(task.cpu, file);
  }
}

const mapUnmapRead = (kind: (typeof FILE_KIND)[keyof typeof FILE_KIND]) => (setting: Setting) => {
  runRace(setting, {
    tasks: 2,
    schedules: SCHEDULES,
    file: { kind, pages: FILE_PAGES },
    start: ([writer, reader], file) => {
      const at: Progress = { begun: 0, done: 0 };
      return [writeInTurns(writer!, file, at), readInTurns(reader!, at)];
    },
    *settle(racer, file) {
      for (let page = 0; page < FILE_PAGES; page++) {
        yield* expectInFile(racer, file, page, word(ROUNDS, page));
      }
    },
  });
};

export const FILE_RACES: readonly ConcurrentCase[] = [
  {
    name: 'race-file-on-disk',
    asserts:
      'a file mapped, written, cleaned and unmapped in a loop never shows older content to another task',
    ltp: 'mtest06/mmap1',
    race: mapUnmapRead(FILE_KIND.disk),
  },
  {
    name: 'race-file-in-memory',
    asserts: 'the same with a file of tmpfs',
    ltp: 'mtest06/mmap3',
    race: mapUnmapRead(FILE_KIND.tmpfs),
  },
  {
    name: 'race-growing-file',
    asserts:
      'tasks that write a file through mappings while it grows and is trimmed lose no page of it',
    ltp: 'mmapstress01',
    race: (setting) => {
      const tasks = 3;
      runRace(setting, {
        tasks: tasks + 1,
        schedules: SCHEDULES,
        file: { kind: FILE_KIND.disk, pages: 3 * tasks },
        start: (racers, file) => [
          ...racers.slice(0, tasks).map((racer, of) => growAndTrim(racer, file, of, tasks)),
          (function* (racer: Racer): Op<void> {
            for (let size = 1; size <= 12; size++) {
              yield* truncate(racer.cpu, file, (3 * tasks + size) * PAGE_SIZE);
            }
          })(racers[tasks]!),
        ],
        *settle(racer, file) {
          for (let page = 0; page < 3 * tasks; page++) {
            yield* expectInFile(racer, file, page, word(1, page));
          }
          yield* expectInFile(racer, file, 3 * tasks + 5, 0);
        },
      });
    },
  },
  {
    name: 'race-truncated-file',
    asserts:
      'beside a truncation, a load sees old content or SIGBUS, and nothing behind the new end stays',
    ltp: 'mmap09',
    race: (setting) => {
      runRace(setting, {
        tasks: 2,
        schedules: SCHEDULES,
        file: { kind: FILE_KIND.tmpfs, pages: FILE_PAGES },
        *prepare(racer, file) {
          yield* mapFile(racer, file, 0, FILE_PAGES);
          for (let page = 0; page < FILE_PAGES; page++) yield* racer.store(page, word(1, page));
        },
        start: ([cutter, reader], file) => [
          truncate(cutter!.cpu, file, 2 * PAGE_SIZE),
          (function* (racer: Racer): Op<void> {
            for (let i = 0; i < 4 * FILE_PAGES; i++) {
              const page = i % FILE_PAGES;
              const isThere = yield* racer.load(page);
              const { loaded } = racer.cpu;
              if (isThere) expectThat(loaded === word(1, page), `page ${page} shows ${loaded}`);
              else expectThat(page >= 2, `page ${page}, inside the file, is denied`);
            }
          })(reader!),
        ],
        *settle(racer) {
          for (let page = 2; page < FILE_PAGES; page++) {
            expectThat(!(yield* racer.load(page)), `page ${page} behind the end is there`);
          }
        },
      });
    },
  },
];
