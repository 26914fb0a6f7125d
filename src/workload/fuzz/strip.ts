/**
 * A task's guards and strip (`arena.ts`): what it does there, and that it sees nothing but what
 * `knowledge.ts` says it may.
 */
import { accessPages } from '../../mm/access.js';
import { ACCESS } from '../../mm/fault-result.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import { mmap } from '../../mm/mmap.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MAP, READ_WRITE } from '../../mm/uapi.js';
import {
  GUARD_PAGES,
  LOOSE_FROM,
  STRIP_PAGES,
  isCommonWord,
  taskOfWord,
  wordOf,
  type Arena,
} from './arena.js';
import type { Calls } from './calls.js';
import { objectTo, type FuzzSetting } from './fuzz-setting.js';
import { Knowledge } from './knowledge.js';

const MAP_PAGES_MAX = 8;

export class Strip {
  readonly #at: FuzzSetting;
  readonly #arena: Arena;
  readonly #calls: Calls;
  readonly #knowledge = new Knowledge();
  readonly #guards = new Int32Array(GUARD_PAGES);
  /** First pages of this task's own. */
  readonly #strip: number;
  readonly #guard: number;
  #stores = 0;

  /** `seat`: which of the tasks of its address space this is. */
  constructor(setting: FuzzSetting, arena: Arena, seat: number, calls: Calls) {
    this.#at = setting;
    this.#arena = arena;
    this.#calls = calls;
    this.#strip = arena.strips + seat * STRIP_PAGES;
    this.#guard = arena.guards + seat * GUARD_PAGES;
  }

  /** Maps guards and strip. */
  *setup(): Op<void> {
    yield* this.#mapOwn(this.#guard, GUARD_PAGES);
    yield* this.#mapOwn(this.#strip, STRIP_PAGES);
    this.#knowledge.mapped(0, STRIP_PAGES);
  }

  /** Loads every page once more. */
  *finish(): Op<void> {
    for (let page = 0; page < STRIP_PAGES; page++) yield* this.load(page);
    for (let page = 0; page < GUARD_PAGES; page++) yield* this.touchGuard(page, 1);
  }

  /** This task has unmapped these pages of the arena, of which some may be of its strip. */
  unmapped(first: number, pages: number): void {
    const own = Math.max(first, this.#strip);
    const end = Math.min(first + pages, this.#strip + STRIP_PAGES);
    if (own < end) this.#knowledge.unmapped(own - this.#strip, end - own);
  }

  *#mapOwn(page: number, pages: number): Op<void> {
    const { cpu, mm } = this.#at;
    const address = page * PAGE_SIZE;
    const flags = ANONYMOUS | MAP.fixedNoReplace;
    const request = { address, bytes: pages * PAGE_SIZE, prot: READ_WRITE, flags };
    const mapped = yield* mmap(cpu, mm, request);
    if (mapped !== address) this.#object('cannot map', page, mapped);
    this.#at.tracked.add(page, pages);
  }

  *store(page: number): Op<void> {
    const { cpu, mm, task, log } = this.#at;
    const word = wordOf(task, this.#stores++, false);
    log.about(this.#strip + page - this.#arena.guards, 1, word);
    const denied = yield* accessPages(cpu, mm, this.#strip + page, 1, ACCESS.store, word);
    log.end(-denied);
    if (denied > 0) this.#knowledge.storeDenied(page);
    else if (!this.#knowledge.stored(page, word)) this.#object('may store to', page, word);
  }

  *load(page: number): Op<void> {
    const { cpu, mm, log, task } = this.#at;
    const before = this.#knowledge.isGone(page) ? -1 : this.#knowledge.wordAt(page);
    log.about(this.#strip + page - this.#arena.guards, 1, before);
    const denied = yield* accessPages(cpu, mm, this.#strip + page, 1, ACCESS.load);
    log.end(-denied);
    if (denied > 0) {
      this.#knowledge.loadDenied(page);
      return;
    }
    const seen = cpu.loaded;
    const isOwn = taskOfWord(seen) === task && !isCommonWord(seen);
    if (!this.#knowledge.loaded(page, seen, isOwn)) this.#objectToLoad(page, seen, before);
  }

  *touchGuard(page: number, how: number): Op<void> {
    const { cpu, mm, task, log } = this.#at;
    const known = this.#guards[page]!;
    const stores = (how & 1) === 0;
    const word = stores ? wordOf(task, this.#stores++, false) : known;
    const access = stores ? ACCESS.store : ACCESS.load;
    log.about(this.#guard + page - this.#arena.guards, 1, word);
    const denied = yield* accessPages(cpu, mm, this.#guard + page, 1, access, word);
    log.end(-denied);
    if (denied > 0) this.#object('is denied its guard', page, known);
    if (stores) this.#guards[page] = word;
    else if (cpu.loaded !== known) this.#objectToLoad(page - GUARD_PAGES, cpu.loaded, known);
  }

  *map(page: number, size: number, how: number, chance: number): Op<void> {
    const { cpu, mm, tracked, log } = this.#at;
    const pages = Math.min(1 + (size % MAP_PAGES_MAX), STRIP_PAGES - page);
    const address = (this.#strip + page) * PAGE_SIZE;
    const flags = ANONYMOUS | how | (chance % 16 === 0 ? MAP.populate : 0);
    log.about(this.#strip + page - this.#arena.guards, pages, flags);
    const request = { address, bytes: pages * PAGE_SIZE, prot: READ_WRITE, flags };
    const mapped = yield* mmap(cpu, mm, request);
    log.end(mapped < 0 ? mapped : 0);
    if (mapped === address) {
      this.#knowledge.mapped(page, pages);
      tracked.add(this.#strip + page, pages);
    } else if (how === MAP.fixed) this.#knowledge.blur(page, pages);
  }

  /** Within one half of its strip, so that what holds of a page goes on to hold. */
  *move(a: number, b: number, c: number): Op<void> {
    const half = (c & 1) === 0 ? 0 : LOOSE_FROM;
    const size = (half === 0 ? LOOSE_FROM : STRIP_PAGES - LOOSE_FROM) / 2;
    const pages = Math.min(1 + (b % MAP_PAGES_MAX), size);
    const low = half + (a % (size - pages + 1));
    const high = half + size + ((a >>> 8) % (size - pages + 1));
    const from = (c & 2) === 0 ? low : high;
    const to = (c & 2) === 0 ? high : low;
    const moved = yield* this.#calls.moveFixed(this.#strip + from, this.#strip + to, pages);
    const maySkip = pages > 1 && this.#at.cpu.rules.mremapMovesMany;
    if (moved) this.#knowledge.moved(from, to, pages, maySkip);
    else {
      this.#knowledge.blur(from, pages);
      this.#knowledge.blur(to, pages);
    }
  }

  #objectToLoad(page: number, seen: number, known: number): never {
    const should = known < 0 ? 'is unmapped and must not be seen' : `holds ${known} or nothing`;
    const whose = seen === 0 ? 'a zero page' : `a word of task ${taskOfWord(seen)}`;
    objectTo(this.#at, `loads ${seen} (${whose}) from page ${page} of its strip, which ${should}`);
  }

  #object(what: string, page: number, value: number): never {
    objectTo(this.#at, `${what} page ${page} (${value})`);
  }
}
