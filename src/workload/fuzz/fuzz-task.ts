/**
 * One task that issues random memory calls among others that do the same, and checks every access of
 * its own: `knowledge.ts` says what a page of its strip may show. Nothing is allocated per call beyond
 * what the calls themselves allocate.
 */
import { accessPages } from '../../mm/access.js';
import { ACCESS } from '../../mm/fault-result.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import { mmap } from '../../mm/mmap.js';
import { munmap } from '../../mm/munmap/strategy.js';
import type { Op } from '../../mm/op.js';
import { MAP, READ_WRITE } from '../../mm/uapi.js';
import {
  COMMON_PAGES,
  FILE_PAGES,
  GUARD_PAGES,
  STRIP_PAGES,
  arenaOf,
  isCommonWord,
  taskOfWord,
  tasksIn,
  wordOf,
  type Arena,
} from './arena.js';
import { KIND, kindOf } from './call.js';
import { Calls } from './calls.js';
import { FileWatch } from './file-watch.js';
import { objectTo, type FuzzSetting } from './fuzz-setting.js';
import { Strip } from './strip.js';

const MAP_PAGES_MAX = 8;
const COMMON_MAP_PAGES_MAX = 24;

export class FuzzTask {
  readonly #at: FuzzSetting;
  readonly #arena: Arena;
  readonly #calls: Calls;
  readonly #strip: Strip;
  /** First page of the file that is this task's own. */
  readonly #filePage: number;
  readonly #watch: FileWatch;
  #stores = 0;

  constructor(setting: FuzzSetting) {
    const { cpu, mm, task, tasks, mms, log, file } = setting;
    this.#at = setting;
    this.#arena = arenaOf(tasksIn(task % mms, tasks, mms));
    const seat = Math.floor(task / mms);
    this.#filePage = seat * FILE_PAGES;
    this.#watch = new FileWatch(this.#arena.end - this.#arena.file);
    this.#calls = new Calls(cpu, mm, this.#arena, log, file);
    this.#strip = new Strip(setting, this.#arena, seat, this.#calls);
  }

  /** Maps what the task begins with. */
  setup(): Op<void> {
    return this.#strip.setup();
  }

  /** Looks at everything of its own once more. */
  finish(): Op<void> {
    return this.#strip.finish();
  }

  /** Makes the call of the words from `at` on, the `order`-th of its log. Throws InvariantBroken. */
  *perform(words: Int32Array, at: number, order: number): Op<void> {
    const { log } = this.#at;
    log.begin(words, at, order);
    const first = words[at]!;
    const a = words[at + 1]!;
    const b = words[at + 2]!;
    const c = words[at + 3]!;
    switch (kindOf(first)) {
      case KIND.store:
        return yield* this.#strip.store(a % STRIP_PAGES);
      case KIND.load:
        return yield* this.#strip.load(a % STRIP_PAGES);
      case KIND.guard:
        return yield* this.#strip.touchGuard(a % GUARD_PAGES, b);
      case KIND.map:
        return yield* this.#strip.map(a % STRIP_PAGES, b, MAP.fixedNoReplace, c);
      case KIND.mapFixed:
        return yield* this.#strip.map(a % STRIP_PAGES, b, MAP.fixed, c);
      case KIND.mapCommon:
        return yield* this.#mapCommon(a % COMMON_PAGES, b, c);
      case KIND.touchCommon:
        return yield* this.#touchCommon(a % COMMON_PAGES, b);
      case KIND.unmapTracked:
        return yield* this.#unmapTracked(a, b, c);
      case KIND.unmapAnywhere:
        return yield* this.#unmapAnywhere(a, b);
      case KIND.mapFile:
        return yield* this.#mapFile(a, b, c);
      case KIND.touchFile:
        return yield* this.#touchFile(a, b);
      case KIND.move:
        return yield* this.#strip.move(a, b, c);
      default:
        return yield* this.#calls.perform(kindOf(first), a, b, c);
    }
  }

  *#mapCommon(page: number, size: number, chance: number): Op<void> {
    const { cpu, mm, tracked, log } = this.#at;
    const pages = Math.min(1 + (size % COMMON_MAP_PAGES_MAX), COMMON_PAGES - page);
    const type = (chance & 3) === 0 ? MAP.shared : MAP.private;
    const place = (chance & 4) === 0 ? MAP.fixedNoReplace : MAP.fixed;
    const extra =
      ((chance & 0x38) === 0 ? MAP.populate : 0) | ((chance & 0x7c0) === 0 ? MAP.locked : 0);
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
    if (isCommonWord(seen) && isNear) return;
    objectTo(
      this.#at,
      `loads ${seen} from page ${page} of the common part, which nobody stores there`,
    );
  }

  *#mapFile(a: number, b: number, c: number): Op<void> {
    const { cpu, mm, tracked, log, file } = this.#at;
    const { file: first, end, guards } = this.#arena;
    const page = a % (end - first);
    const pages = Math.min(1 + (b % MAP_PAGES_MAX), end - first - page);
    const flags = MAP.shared | MAP.fixed | ((c & 7) === 0 ? MAP.populate : 0);
    log.about(first + page - guards, pages, flags);
    const address = (first + page) * PAGE_SIZE;
    const offset = page * PAGE_SIZE;
    const request = { address, bytes: pages * PAGE_SIZE, prot: READ_WRITE, flags, file, offset };
    const mapped = yield* mmap(cpu, mm, request);
    log.end(mapped < 0 ? mapped : 0);
    if (mapped > 0) tracked.add(first + page, pages);
  }

  *#touchFile(a: number, how: number): Op<void> {
    const { cpu, mm, task, mms, log } = this.#at;
    const { file: first, end, guards } = this.#arena;
    const stores = (how & 1) === 0;
    const page = stores ? this.#filePage + (a % FILE_PAGES) : a % (end - first);
    const word = stores ? wordOf(task, this.#stores++, true) : this.#watch.wordAt(page);
    log.about(first + page - guards, 1, word);
    const access = stores ? ACCESS.store : ACCESS.load;
    const denied = yield* accessPages(cpu, mm, first + page, 1, access, word);
    log.end(-denied);
    if (denied > 0) return;
    if (stores) {
      this.#watch.stored(page, word);
      return;
    }
    const seat = Math.floor(page / FILE_PAGES);
    const isOwn = page - this.#filePage >= 0 && page - this.#filePage < FILE_PAGES;
    const seen = cpu.loaded;
    if (this.#watch.loaded(page, seen, seat * mms + mm.id, isOwn)) return;
    objectTo(this.#at, `loads ${seen} from page ${page} of the file after it was ${word}`);
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
    if (result !== 0)
      objectTo(
        this.#at,
        `cannot unmap ${pages} pages at ${first - this.#arena.guards} (${result})`,
      );
    this.#strip.unmapped(first, pages);
  }
}
