/**
 * One task that issues random memory calls among others that do the same, and checks every access of
 * its own: `knowledge.ts` says what a page of its strip may show. Nothing is allocated per call beyond
 * what the calls themselves allocate.
 */
import { accessPages } from '../../mm/access.js';
import { ACCESS } from '../../mm/fault-result.js';
import type { Kernel } from '../../mm/kernels.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Mm } from '../../mm/mm.js';
import { mmap } from '../../mm/mmap.js';
import { munmap } from '../../mm/munmap/strategy.js';
import type { Cpu, Op } from '../../mm/op.js';
import { ANONYMOUS, MAP, PROT } from '../../mm/uapi.js';
import { InvariantBroken } from '../../util/assert.js';
import {
  COMMON_PAGES,
  GUARD_PAGES,
  LOOSE_FROM,
  STRIP_PAGES,
  arenaOf,
  isCommonWord,
  taskOfWord,
  wordOf,
  type Arena,
} from './arena.js';
import { CALL_WORDS, KIND, kindOf, type CallLog } from './call.js';
import { Calls } from './calls.js';
import { Knowledge } from './knowledge.js';
import type { Tracked } from './tracked.js';

const READ_WRITE = PROT.read | PROT.write;
const MAP_PAGES_MAX = 8;
const COMMON_MAP_PAGES_MAX = 24;

export interface FuzzSetting {
  readonly cpu: Cpu;
  readonly mm: Mm;
  readonly kernel: Kernel;
  readonly thresholdPages: number;
  /** Task number, how many there are, and how many address spaces they are in. */
  readonly task: number;
  readonly tasks: number;
  readonly mms: number;
  /** Mappings of this address space, shared by its tasks. */
  readonly tracked: Tracked;
  readonly log: CallLog;
}

export class FuzzTask {
  readonly #at: FuzzSetting;
  readonly #arena: Arena;
  readonly #calls: Calls;
  readonly #knowledge = new Knowledge();
  readonly #guards = new Int32Array(GUARD_PAGES);
  /** First pages of this task's own. */
  readonly #strip: number;
  readonly #guard: number;
  #stores = 0;

  constructor(setting: FuzzSetting) {
    const { cpu, mm, task, tasks, mms, kernel, thresholdPages, log } = setting;
    this.#at = setting;
    this.#arena = arenaOf(Math.ceil((tasks - (task % mms)) / mms));
    const seat = Math.floor(task / mms);
    this.#strip = this.#arena.strips + seat * STRIP_PAGES;
    this.#guard = this.#arena.guards + seat * GUARD_PAGES;
    this.#calls = new Calls(cpu, mm, { strategy: kernel.munmap, thresholdPages }, this.#arena, log);
  }

  /** Maps guards and strip. */
  *setup(): Op<void> {
    yield* this.#mapOwn(this.#guard, GUARD_PAGES);
    yield* this.#mapOwn(this.#strip, STRIP_PAGES);
    this.#knowledge.mapped(0, STRIP_PAGES);
  }

  /** Makes the call of the words from `at` on, the `order`-th of its log. Throws InvariantBroken. */
  *perform(words: Int32Array, at: number, order: number): Op<void> {
    const { log } = this.#at;
    log.begin(words, at, order);
    const first = words[at]!;
    const [a, b, c] = [words[at + 1]!, words[at + 2]!, words[at + CALL_WORDS - 1]!];
    switch (kindOf(first)) {
      case KIND.store:
        return yield* this.#store(a % STRIP_PAGES);
      case KIND.load:
        return yield* this.#load(a % STRIP_PAGES);
      case KIND.guard:
        return yield* this.#touchGuard(a % GUARD_PAGES, b);
      case KIND.map:
        return yield* this.#map(a % STRIP_PAGES, b, MAP.fixedNoReplace, c);
      case KIND.mapFixed:
        return yield* this.#map(a % STRIP_PAGES, b, MAP.fixed, c);
      case KIND.mapCommon:
        return yield* this.#mapCommon(a % COMMON_PAGES, b, c);
      case KIND.touchCommon:
        return yield* this.#touchCommon(a % COMMON_PAGES, b);
      case KIND.unmapTracked:
        return yield* this.#unmapTracked(a, b, c);
      case KIND.unmapAnywhere:
        return yield* this.#unmapAnywhere(a, b);
      case KIND.move:
        return yield* this.#move(a, b, c);
      default:
        return yield* this.#calls.perform(kindOf(first), a, b, c);
    }
  }

  /** Loads every page of its own once more. */
  *finish(): Op<void> {
    for (let page = 0; page < STRIP_PAGES; page++) yield* this.#load(page);
    for (let page = 0; page < GUARD_PAGES; page++) yield* this.#touchGuard(page, 1);
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

  *#store(page: number): Op<void> {
    const { cpu, mm, task, log } = this.#at;
    const word = wordOf(task, this.#stores++, false);
    log.about(this.#strip + page - this.#arena.guards, 1, word);
    const denied = yield* accessPages(cpu, mm, this.#strip + page, 1, ACCESS.store, word);
    log.end(-denied);
    if (denied > 0) this.#knowledge.denied(page);
    else if (!this.#knowledge.stored(page, word)) this.#object('may store to', page, word);
  }

  *#load(page: number): Op<void> {
    const { cpu, mm, log, task } = this.#at;
    const before = this.#knowledge.isGone(page) ? -1 : this.#knowledge.wordAt(page);
    log.about(this.#strip + page - this.#arena.guards, 1, before);
    const denied = yield* accessPages(cpu, mm, this.#strip + page, 1, ACCESS.load);
    log.end(-denied);
    if (denied > 0) {
      this.#knowledge.denied(page);
      return;
    }
    const seen = cpu.loaded;
    const isOwn = taskOfWord(seen) === task && !isCommonWord(seen);
    if (!this.#knowledge.loaded(page, seen, isOwn)) this.#objectToLoad(page, seen, before);
  }

  *#touchGuard(page: number, how: number): Op<void> {
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

  *#map(page: number, size: number, how: number, chance: number): Op<void> {
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

  *#mapCommon(page: number, size: number, chance: number): Op<void> {
    const { cpu, mm, tracked, log } = this.#at;
    const pages = Math.min(1 + (size % COMMON_MAP_PAGES_MAX), COMMON_PAGES - page);
    const type = (chance & 3) === 0 ? MAP.shared : MAP.private;
    const place = (chance & 4) === 0 ? MAP.fixedNoReplace : MAP.fixed;
    const extra = ((chance & 0x38) === 0 ? MAP.populate : 0) | ((chance & 0x7c0) === 0 ? MAP.locked : 0);
    const flags = MAP.anonymous | type | place | extra;
    const prot = (chance & 0x1800) === 0 ? (chance >>> 16) & 7 : READ_WRITE;
    const first = this.#arena.common + page;
    log.about(first - this.#arena.guards, pages, flags);
    const request = { address: first * PAGE_SIZE, bytes: pages * PAGE_SIZE, prot, flags };
    const mapped = yield* mmap(cpu, mm, request);
    log.end(mapped < 0 ? mapped : 0);
    if (mapped > 0) tracked.add(first, pages);
  }

  /** Loads see zero or a word that some task of this address space has stored in the common part. */
  *#touchCommon(page: number, how: number): Op<void> {
    const { cpu, mm, task, mms, log } = this.#at;
    const stores = (how & 1) === 0;
    const word = stores ? wordOf(task, this.#stores++, true) : 0;
    const first = this.#arena.common + page;
    log.about(first - this.#arena.guards, 1, word);
    const access = stores ? ACCESS.store : ACCESS.load;
    const denied = yield* accessPages(cpu, mm, first, 1, access, word);
    log.end(-denied);
    if (stores || denied > 0 || cpu.loaded === 0) return;
    const seen = cpu.loaded;
    const isNear = taskOfWord(seen) % mms === mm.id;
    if (!isCommonWord(seen) || !isNear) this.#object('sees in the common part', page, seen);
  }

  /** trinity's mix: 1 in 20 all of a mapping; else half the time a part of it, half a page. */
  *#unmapTracked(which: number, how: number, where: number): Op<void> {
    const { tracked } = this.#at;
    const slot = tracked.slotOf(which);
    const first = tracked.firstOf(slot);
    const pages = tracked.pagesOf(slot);
    if (pages === 0) return;
    if (how % 20 === 0) return yield* this.#unmap(first, pages);
    const from = where % pages;
    const length = how % 2 === 0 ? 1 : 1 + ((where >>> 12) % (pages - from));
    yield* this.#unmap(first + from, length);
  }

  *#unmapAnywhere(where: number, size: number): Op<void> {
    const span = this.#arena.end - this.#arena.strips;
    const offset = where % span;
    const pages = Math.min(1 + (size % COMMON_MAP_PAGES_MAX), span - offset);
    yield* this.#unmap(this.#arena.strips + offset, pages);
  }

  /** Spares guards: they are below everything else. */
  *#unmap(from: number, count: number): Op<void> {
    const { cpu, mm, kernel, thresholdPages, log } = this.#at;
    const first = Math.max(from, this.#arena.strips);
    const pages = from + count - first;
    if (pages <= 0) return;
    log.about(first - this.#arena.guards, pages, 0);
    const how = { strategy: kernel.munmap, thresholdPages };
    const result = yield* munmap(cpu, mm, how, first * PAGE_SIZE, pages * PAGE_SIZE);
    log.end(result);
    if (result !== 0) this.#object('cannot unmap', first - this.#arena.guards, result);
    const own = Math.max(first, this.#strip);
    const end = Math.min(first + pages, this.#strip + STRIP_PAGES);
    if (own < end) this.#knowledge.unmapped(own - this.#strip, end - own);
  }

  /** Within one half of its strip, so that what holds of a page goes on to hold. */
  *#move(a: number, b: number, c: number): Op<void> {
    const half = (c & 1) === 0 ? 0 : LOOSE_FROM;
    const size = (half === 0 ? LOOSE_FROM : STRIP_PAGES - LOOSE_FROM) / 2;
    const pages = Math.min(1 + (b % MAP_PAGES_MAX), size);
    const [low, high] = [half + (a % (size - pages + 1)), half + size + ((a >>> 8) % (size - pages + 1))];
    const isUp = (c & 2) === 0;
    const [from, to] = isUp ? [low, high] : [high, low];
    const moved = yield* this.#calls.moveFixed(this.#strip + from, this.#strip + to, pages);
    if (moved) this.#knowledge.moved(from, to, pages);
    else {
      this.#knowledge.blur(from, pages);
      this.#knowledge.blur(to, pages);
    }
  }

  #objectToLoad(page: number, seen: number, known: number): never {
    const should = known < 0 ? 'is unmapped and must not be seen' : `holds ${known} or nothing`;
    const { task, kernel } = this.#at;
    const whose = seen === 0 ? 'a zero page' : `a word of task ${taskOfWord(seen)}`;
    throw new InvariantBroken(
      `${kernel.name}: task ${task} loads ${seen} (${whose}) from page ${page} of its strip, which ${should}`,
    );
  }

  #object(what: string, page: number, value: number): never {
    const { task, kernel } = this.#at;
    throw new InvariantBroken(`${kernel.name}: task ${task} ${what} page ${page} (${value})`);
  }
}
