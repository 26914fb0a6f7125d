/** Calls that change no content which anybody watches, or only where anything may change. */
import { dropCache, syncFile } from '../../mm/file-io.js';
import { madvise } from '../../mm/madvise.js';
import { mincore } from '../../mm/mincore.js';
import { mlock, munlock } from '../../mm/mlock.js';
import type { Mm } from '../../mm/mm.js';
import { mprotect } from '../../mm/mprotect.js';
import { mremap } from '../../mm/mremap.js';
import { msync } from '../../mm/msync.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Cpu, Op } from '../../mm/op.js';
import { MADV, MREMAP, MS, PROT, READ_WRITE } from '../../mm/uapi.js';
import { COMMON_PAGES, LOOSE_FROM, STRIP_PAGES, type Arena } from './arena.js';
import { KIND, type CallLog, type Kind } from './call.js';

const PAGES_MAX = 24;

/** What an owner lets others do to its pages: protections that it can still tell content by. */
const PROTECTIONS = [PROT.none, PROT.read, READ_WRITE, READ_WRITE] as const;
/** Advice that takes pages away. */
const DISCARDS = [MADV.dontNeed, MADV.free, MADV.dontNeed, MADV.dontNeedLocked] as const;
/** Advice that must change nothing that a program can see. */
const ADVICE = [
  MADV.normal,
  MADV.random,
  MADV.sequential,
  MADV.willNeed,
  MADV.dontFork,
  MADV.doFork,
  MADV.dontDump,
  MADV.doDump,
  MADV.hugePage,
  MADV.noHugePage,
  MADV.cold,
  MADV.pageOut,
  MADV.populateRead,
  MADV.populateWrite,
  MADV.normal,
  MADV.normal,
] as const;
const SYNCS = [MS.async, MS.sync, MS.sync, MS.invalidate] as const;

export class Calls {
  readonly #cpu: Cpu;
  readonly #mm: Mm;
  readonly #arena: Arena;
  readonly #log: CallLog;
  readonly #file: number;
  readonly #vec = new Uint8Array(PAGES_MAX);
  /** The range of the call under way. */
  #first = 0;
  #pages = 0;

  /** `file`: the one of this address space. */
  constructor(cpu: Cpu, mm: Mm, arena: Arena, log: CallLog, file: number) {
    this.#cpu = cpu;
    this.#mm = mm;
    this.#arena = arena;
    this.#log = log;
    this.#file = file;
  }

  *perform(kind: Kind, a: number, b: number, c: number): Op<void> {
    const { strips, end } = this.#arena;
    switch (kind) {
      case KIND.protect:
        return yield* this.#protect(a, b, c);
      case KIND.discard:
        this.#pickLoose(a, b, c);
        return yield* this.#advise(DISCARDS[(c >>> 24) & 3]!);
      case KIND.advise:
        this.#pick(strips, end - strips, a, b);
        return yield* this.#advise(ADVICE[c & 15]!);
      case KIND.lock:
      case KIND.unlock:
        return yield* this.#lock(kind, a, b, c);
      case KIND.moveCommon:
        return yield* this.#moveCommon(a, b, c);
      case KIND.residency:
        return yield* this.#residency(a, b);
      case KIND.sync:
        return yield* this.#sync(a, b, c);
      case KIND.fileSync:
        return yield* this.#cleanFile(a, c);
      default:
    }
  }

  /** Whether the pages were moved, over whatever is there. */
  *moveFixed(from: number, to: number, pages: number): Op<boolean> {
    this.#set(from, pages, to - this.#arena.guards);
    const bytes = pages * PAGE_SIZE;
    const flags = MREMAP.mayMove | MREMAP.fixed;
    const newAddress = to * PAGE_SIZE;
    const address = from * PAGE_SIZE;
    const request = { address, oldBytes: bytes, newBytes: bytes, flags, newAddress };
    const moved = yield* mremap(this.#cpu, this.#mm, request);
    this.#log.end(moved < 0 ? moved : 0);
    return moved === newAddress;
  }

  #set(first: number, pages: number, detail: number): void {
    this.#first = first;
    this.#pages = pages;
    this.#log.about(first - this.#arena.guards, pages, detail);
  }

  #pick(start: number, span: number, where: number, size: number, detail = 0): void {
    const offset = where % span;
    this.#set(start + offset, Math.min(1 + (size % PAGES_MAX), span - offset), detail);
  }

  /** Somewhere in the common part, or in the loose half of anybody's strip. */
  #pickLoose(where: number, size: number, chance: number): void {
    const { strips, common, tasks } = this.#arena;
    if ((chance & 1) === 0) this.#pick(common, COMMON_PAGES, where, size);
    else {
      const strip = strips + ((chance >>> 8) % tasks) * STRIP_PAGES;
      this.#pick(strip + LOOSE_FROM, STRIP_PAGES - LOOSE_FROM, where, size);
    }
  }

  *#protect(a: number, b: number, c: number): Op<void> {
    this.#pickLoose(a, b, c);
    const prot = PROTECTIONS[(c >>> 24) & 3]!;
    const address = this.#first * PAGE_SIZE;
    const bytes = this.#pages * PAGE_SIZE;
    this.#log.end(yield* mprotect(this.#cpu, this.#mm, address, bytes, prot));
  }

  *#advise(advice: number): Op<void> {
    const address = this.#first * PAGE_SIZE;
    const bytes = this.#pages * PAGE_SIZE;
    this.#log.about(this.#first - this.#arena.guards, this.#pages, advice);
    this.#log.end(yield* madvise(this.#cpu, this.#mm, address, bytes, advice));
  }

  *#lock(kind: Kind, a: number, b: number, c: number): Op<void> {
    const { strips, end } = this.#arena;
    this.#pick(strips, end - strips, a, b);
    const address = this.#first * PAGE_SIZE;
    const bytes = this.#pages * PAGE_SIZE;
    const cpu = this.#cpu;
    const mm = this.#mm;
    const locks = kind === KIND.lock;
    this.#log.end(
      locks
        ? yield* mlock(cpu, mm, address, bytes, c & 1)
        : yield* munlock(cpu, mm, address, bytes),
    );
  }

  /** Within the common part, to another size at times. */
  *#moveCommon(a: number, b: number, c: number): Op<void> {
    const { common } = this.#arena;
    const oldPages = 1 + (b % PAGES_MAX);
    const from = common + (a % (COMMON_PAGES - PAGES_MAX));
    const to = common + (c % (COMMON_PAGES - PAGES_MAX));
    const newPages = (c >>> 16) % 4 === 0 ? 1 + ((b >>> 8) % PAGES_MAX) : oldPages;
    this.#set(from, oldPages, to - this.#arena.guards);
    const request = {
      address: from * PAGE_SIZE,
      oldBytes: oldPages * PAGE_SIZE,
      newBytes: newPages * PAGE_SIZE,
      // Without FIXED it would grow into somebody's strip, or go where nobody looks.
      flags: newPages < oldPages && (c & 1) === 0 ? 0 : MREMAP.mayMove | MREMAP.fixed,
      newAddress: to * PAGE_SIZE,
    };
    const moved = yield* mremap(this.#cpu, this.#mm, request);
    this.#log.end(moved < 0 ? moved : 0);
  }

  *#residency(a: number, b: number): Op<void> {
    const { guards, end } = this.#arena;
    this.#pick(guards, end - guards, a, b);
    const address = this.#first * PAGE_SIZE;
    const bytes = this.#pages * PAGE_SIZE;
    this.#log.end(yield* mincore(this.#cpu, this.#mm, address, bytes, this.#vec));
  }

  *#sync(a: number, b: number, c: number): Op<void> {
    const { guards, end } = this.#arena;
    this.#pick(guards, end - guards, a, b);
    const address = this.#first * PAGE_SIZE;
    const bytes = this.#pages * PAGE_SIZE;
    this.#log.end(yield* msync(this.#cpu, this.#mm, address, bytes, SYNCS[c & 3]!));
  }

  /** Writes the file back, or drops from memory what is clean and not mapped. */
  *#cleanFile(a: number, c: number): Op<void> {
    const first = a % 16;
    this.#set(this.#arena.file + first, 16, c & 1);
    if ((c & 1) === 0) yield* syncFile(this.#cpu, this.#file, first, first + 16);
    else yield* dropCache(this.#cpu, this.#file, first, first + 16);
    this.#log.end(0);
  }
}
