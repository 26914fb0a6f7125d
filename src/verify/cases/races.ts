/** Several tasks of one address space at once, under a few hundred schedules each. */
import { MAP } from '../../mm/uapi.js';
import type { Op } from '../../mm/op.js';
import type { ConcurrentCase } from '../case.js';
import { Unmet, expectThat } from '../expect.js';
import { runRace, type Racer } from '../race.js';

const SCHEDULES = 150;

/** What is mapped where, as the mapper knows it: generations of a mapping that comes and goes. */
class Generations {
  /** The newest one that was asked for. */
  newest = 0;
  /** The newest one of which every page was stored to. */
  written = 0;
  /** The newest one that is certainly gone. */
  gone = 0;
}

const ROUNDS = 6;
const SHARED_PAGES = 6;
const LOADS_MAX = 200;

const word = (generation: number, page: number): number => generation * 100 + page + 1;

function* mapWriteUnmap(task: Racer, at: Generations): Op<void> {
  for (let round = 0; round < ROUNDS; round++) {
    at.newest += 1;
    const generation = at.newest;
    expectThat(yield* task.map(0, SHARED_PAGES), 'mmap at a free place fails');
    for (let page = 0; page < SHARED_PAGES; page++) {
      const stored = yield* task.store(page, word(generation, page));
      expectThat(stored, `a store to page ${page} between mmap and munmap is denied`);
    }
    at.written = generation;
    for (let page = 0; page < SHARED_PAGES; page++) {
      const isThere = (yield* task.load(page)) && task.cpu.loaded === word(generation, page);
      expectThat(isThere, `page ${page} has lost its content between mmap and munmap`);
    }
    yield* task.unmap(0, SHARED_PAGES);
    at.gone = generation;
    expectThat(!(yield* task.load(round % SHARED_PAGES)), 'a load after munmap is let through');
  }
}

/**
 * Loads where another task maps: SIGSEGV, or what that mapping holds, never an older one's, and zero
 * only until it was stored to.
 */
function* readMeanwhile(task: Racer, at: Generations): Op<void> {
  // As many as it takes, unless the schedule runs nobody else.
  for (let i = 0; i < LOADS_MAX && at.gone < ROUNDS; i++) {
    const page = i % SHARED_PAGES;
    const { gone, written } = at;
    if (!(yield* task.load(page))) continue;
    if (task.cpu.loaded === 0) {
      const isNew = written !== at.newest;
      expectThat(isNew, `a load of page ${page} sees zero, a third state, after a store`);
      continue;
    }
    const seen = task.cpu.loaded;
    const generation = Math.floor(seen / 100);
    const isIts = seen === word(generation, page);
    const isAlive = generation > gone && generation <= at.newest;
    if (isIts && isAlive) continue;
    const alive = `generations ${gone + 1} to ${at.newest} were there`;
    throw new Unmet(`a load of page ${page} sees ${seen}, when only ${alive}`);
  }
}

/** Maps a place of its own again and again, and looks after what is in it. */
function* mapOwnPlace(task: Racer, first: number, count: number): Op<void> {
  for (let round = 1; round <= 4; round++) {
    expectThat(yield* task.map(first, count), 'mmap at a place of its own fails');
    for (let page = first; page < first + count; page++) {
      const isZero = (yield* task.load(page)) && task.cpu.loaded === 0;
      expectThat(isZero, `a new page ${page} is not zero`);
      expectThat(yield* task.store(page, word(round, page)), `a store to page ${page} is denied`);
    }
    yield* task.unmap(first, 1);
    yield* task.unmap(first + count - 1, 1);
    for (let page = first + 1; page < first + count - 1; page++) {
      const isThere = (yield* task.load(page)) && task.cpu.loaded === word(round, page);
      expectThat(isThere, `page ${page} was lost with its neighbour`);
    }
    yield* task.unmap(first, count);
  }
}

function* useForever(task: Racer, first: number, count: number, rounds: number): Op<void> {
  for (let round = 1; round <= rounds; round++) {
    for (let page = first; page < first + count; page++) {
      expectThat(yield* task.store(page, word(round, page)), `page ${page} is denied`);
      const isThere = (yield* task.load(page)) && task.cpu.loaded === word(round, page);
      expectThat(isThere, `page ${page} shows ${task.cpu.loaded}, not what was stored`);
    }
  }
}

export const RACES: readonly ConcurrentCase[] = [
  {
    name: 'race-map-unmap-read',
    asserts:
      'a load beside mmap, store, munmap in a loop is SIGSEGV or sees the mapping that is there',
    ltp: 'mtest06/mmap1',
    race: (setting) => {
      runRace(setting, {
        tasks: 2,
        schedules: SCHEDULES,
        start: ([mapper, reader]) => {
          const at = new Generations();
          return [mapWriteUnmap(mapper!, at), readMeanwhile(reader!, at)];
        },
      });
    },
  },
  {
    name: 'race-own-places',
    asserts: 'tasks that map, trim and unmap places side by side never lose a page to each other',
    ltp: 'mtest06/mmap2',
    race: (setting) => {
      runRace(setting, {
        tasks: 3,
        schedules: SCHEDULES,
        start: (racers) => racers.map((racer, i) => mapOwnPlace(racer, 4 * i, 4)),
      });
    },
  },
  {
    name: 'race-first-stores',
    asserts:
      'tasks that store to the same fresh pages at once all get the same page, and it stays one',
    ltp: 'mtest05',
    race: (setting) => {
      runRace(setting, {
        tasks: 3,
        schedules: SCHEDULES,
        *prepare(racer) {
          yield* racer.map(0, 6);
        },
        start: (racers) =>
          racers.map(function* (racer, i): Op<void> {
            for (let page = 0; page < 6; page++) {
              expectThat(yield* racer.store(page, 1000 + i), `a store to page ${page} is denied`);
              const isSome = (yield* racer.load(page)) && racer.cpu.loaded >= 1000;
              expectThat(isSome, `page ${page} shows ${racer.cpu.loaded} after a store`);
            }
          }),
      });
    },
  },
  {
    name: 'race-munmap-beside',
    asserts: 'munmap takes nothing from the pages beside it, while others use them',
    race: (setting) => {
      runRace(setting, {
        tasks: 3,
        schedules: SCHEDULES,
        *prepare(racer) {
          yield* racer.map(0, 12);
        },
        start: ([below, unmapper, above]) => [
          useForever(below!, 0, 3, 5),
          (function* (racer: Racer): Op<void> {
            for (let page = 3; page < 9; page++) yield* racer.store(page, 7);
            yield* racer.unmap(5, 2);
            yield* racer.unmap(3, 6);
            for (let page = 3; page < 9; page++) {
              expectThat(!(yield* racer.load(page)), `page ${page} is there after munmap`);
            }
          })(unmapper!),
          useForever(above!, 9, 3, 5),
        ],
      });
    },
  },
  {
    name: 'race-overlapping-munmaps',
    asserts:
      'munmaps that overlap all succeed, and when they have, nothing of their ranges is there',
    race: (setting) => {
      runRace(setting, {
        tasks: 3,
        schedules: SCHEDULES,
        *prepare(racer) {
          yield* racer.map(0, 12);
          for (let page = 0; page < 12; page++) yield* racer.store(page, page + 1);
        },
        start: (racers) =>
          racers.map(function* (racer, i): Op<void> {
            yield* racer.unmap(1 + 2 * i, 6);
            for (let page = 1 + 2 * i; page < 7 + 2 * i; page++) {
              expectThat(!(yield* racer.load(page)), `page ${page} is there after munmap`);
            }
          }),
        *settle(racer) {
          for (const page of [0, 11]) {
            const isThere = (yield* racer.load(page)) && racer.cpu.loaded === page + 1;
            expectThat(isThere, `page ${page}, which nobody unmapped, has lost its content`);
          }
        },
      });
    },
  },
  {
    name: 'race-fixed-over-munmap',
    asserts: 'of a MAP_FIXED mapping beside a munmap of the same range all pages stay, or none',
    race: (setting) => {
      runRace(setting, {
        tasks: 2,
        schedules: 2 * SCHEDULES,
        *prepare(racer) {
          yield* racer.map(0, 8);
          for (let page = 0; page < 8; page++) yield* racer.store(page, 5);
        },
        start: ([unmapper, mapper]) => [
          unmapper!.unmap(0, 8),
          (function* (racer: Racer): Op<void> {
            expectThat(yield* racer.map(0, 8), 'mmap over the range fails');
          })(mapper!),
        ],
        *settle(racer) {
          const shown: string[] = [];
          for (let page = 0; page < 8; page++) {
            shown.push((yield* racer.load(page)) ? String(racer.cpu.loaded) : '-');
          }
          const isWhole =
            shown.every((text) => text === '0') || shown.every((text) => text === '-');
          expectThat(isWhole, `afterwards the pages show ${shown.join(' ')}`);
        },
      });
    },
  },
  {
    name: 'race-noreplace',
    asserts: 'of tasks that ask for the same place with MAP_FIXED_NOREPLACE exactly one gets it',
    ltp: 'mmap17',
    race: (setting) => {
      runRace(setting, {
        tasks: 3,
        schedules: SCHEDULES,
        start: (racers) => {
          let winners = 0;
          let losers = 0;
          return racers.map(function* (racer): Op<void> {
            const flags = MAP.private | MAP.anonymous | MAP.fixedNoReplace;
            if (yield* racer.map(0, 4, { flags })) winners += 1;
            else losers += 1;
            if (winners + losers < racers.length) return;
            expectThat(winners === 1, `${winners} of ${racers.length} tasks got the place`);
          });
        },
      });
    },
  },
];
