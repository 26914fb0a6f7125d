/**
 * What the threads of the vma stressor do, each the same thing over and over: calls on random slots of
 * the pages that all of them have in common, and reads of a byte.
 */
import { PAGE_SIZE, STAT } from '../../mm/layout.js';
import { COST, type Op } from '../../mm/op.js';
import { scanPagemap } from '../../mm/pagemap.js';
import { MADV, MAP, MLOCK, MS, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { HogTask } from '../hog.js';
import { takeSignal } from '../signal.js';

/** Pages that all threads of a process work on. */
export const SLOTS = 32;

/** What is counted, in the order in which it is reported. */
export const VMA_KINDS = [
  'mmaps',
  'munmaps',
  'mlocks',
  'munlocks',
  'madvices',
  'mincore',
  'mprotect',
  'msync',
  'accesses',
  'proc-maps',
  'SIGSEGVs',
  'SIGBUSes',
  'pagemap-scans',
] as const;
export type VmaKind = (typeof VMA_KINDS)[number];

const MMAP_PROTS = [PROT.none, PROT.read, PROT.write, READ_WRITE, PROT.read | PROT.exec] as const;
const MPROTECT_PROTS = [PROT.none, PROT.read, PROT.write, READ_WRITE] as const;
const ADVICES = [
  MADV.normal,
  MADV.random,
  MADV.sequential,
  MADV.willNeed,
  MADV.dontNeed,
  MADV.mergeable,
  MADV.unmergeable,
  MADV.dontDump,
  MADV.doDump,
  MADV.pageOut,
  MADV.populateRead,
  MADV.populateWrite,
] as const;
const SYNCS = [MS.async, MS.sync, MS.invalidate] as const;

/** One thread in one life of its process. */
export class VmaThread {
  readonly task: HogTask;
  /** Of the first slot, bytes. */
  address = 0;
  /** By VMA_KINDS. */
  readonly counts: Record<VmaKind, number>;
  readonly #isOver: () => boolean;
  /** The range that was drawn last, and what mincore says of it. */
  #rangeAt = 0;
  #rangeBytes = 0;
  readonly #residency = new Uint8Array(SLOTS);

  /** `isOver`: whether its process has lived long enough. */
  constructor(task: HogTask, isOver: () => boolean) {
    this.task = task;
    this.#isOver = isOver;
    this.counts = Object.fromEntries(VMA_KINDS.map((kind) => [kind, 0])) as Record<VmaKind, number>;
  }

  *mmap(): Op<void> {
    const address = this.#slot();
    const prot = this.#oneOf(MMAP_PROTS);
    let flags = MAP.fixed | MAP.anonymous | (this.#coin() ? MAP.shared : MAP.private);
    if (this.#coin()) flags |= MAP.growsDown;
    if (this.#coin()) flags |= MAP.locked;
    if (this.#coin()) flags |= MAP.populate | (this.#coin() ? MAP.nonBlock : 0);
    const mapped = yield* this.task.calls.mmap(address, PAGE_SIZE, prot, flags);
    if (mapped < 0) return;
    this.counts.mmaps += 1;
    yield* this.task.bogo();
  }

  *munmap(): Op<void> {
    this.#count('munmaps', yield* this.task.calls.munmap(this.#slot(), PAGE_SIZE));
  }

  *mlock(): Op<void> {
    this.#drawRange();
    const { calls } = this.task;
    const flags = this.#coin() ? MLOCK.onFault : 0;
    let result = yield* calls.mlock(this.#rangeAt, this.#rangeBytes, flags);
    if (result < 0) result = yield* calls.mlock(this.#rangeAt, this.#rangeBytes);
    this.#count('mlocks', result);
  }

  *munlock(): Op<void> {
    this.#drawRange();
    this.#count('munlocks', yield* this.task.calls.munlock(this.#rangeAt, this.#rangeBytes));
  }

  *madvise(): Op<void> {
    const advice = this.#oneOf(ADVICES);
    this.#drawRange();
    const { calls } = this.task;
    this.#count('madvices', yield* calls.madvise(this.#rangeAt, this.#rangeBytes, advice));
  }

  *mincore(): Op<void> {
    this.#drawRange();
    const { calls } = this.task;
    const result = yield* calls.mincore(this.#rangeAt, this.#rangeBytes, this.#residency);
    this.#count('mincore', result);
  }

  *mprotect(): Op<void> {
    const prot = this.#oneOf(MPROTECT_PROTS);
    this.#drawRange();
    const { calls } = this.task;
    this.#count('mprotect', yield* calls.mprotect(this.#rangeAt, this.#rangeBytes, prot));
  }

  *msync(): Op<void> {
    const flags = this.#oneOf(SYNCS);
    this.#drawRange();
    this.#count('msync', yield* this.task.calls.msync(this.#rangeAt, this.#rangeBytes, flags));
  }

  /** Back to its beginning, and to its end. */
  *readMaps(): Op<void> {
    this.task.calls.lseek();
    yield* this.task.calls.readMaps();
    this.counts['proc-maps'] += 1;
  }

  *scanPagemap(): Op<void> {
    const { cpu, calls } = this.task;
    for (let i = 0; i < 2; i++) {
      this.#count('pagemap-scans', yield* scanPagemap(cpu, calls.mm, this.#slot(), PAGE_SIZE));
    }
  }

  /**
   * The handler of its signals counts and returns, so that a read that is denied is made again at once,
   * until somebody has mapped the page or allowed it, or the process is killed.
   *
   * A read that goes through costs what it takes to count it: all 40 of these threads do so in one word,
   * which most of the time is in another CPU's cache. That is some hundred ns, a page's worth of work.
   */
  *access(): Op<void> {
    const { cpu, calls } = this.task;
    const { stats } = cpu.km;
    const address = this.#slot();
    this.counts.accesses += 1;
    cpu.chargeUser(COST.userPage, 1);
    for (;;) {
      const before = stats[cpu.stat + STAT.sigbus]!;
      if ((yield* calls.load(address, 1)) === 0) return;
      takeSignal(cpu);
      this.counts[stats[cpu.stat + STAT.sigbus]! > before ? 'SIGBUSes' : 'SIGSEGVs'] += 1;
      if (this.#isOver()) return;
    }
  }

  #count(kind: VmaKind, result: number): void {
    if (result >= 0) this.counts[kind] += 1;
  }

  #coin(): boolean {
    return this.task.prng.below(2) === 1;
  }

  #oneOf(choices: readonly number[]): number {
    return choices[this.task.prng.below(choices.length)]!;
  }

  #slot(): number {
    return this.address + this.task.prng.below(SLOTS) * PAGE_SIZE;
  }

  /** May be empty, and reach beyond the last slot. */
  #drawRange(): void {
    this.#rangeAt = this.#slot();
    this.#rangeBytes = this.task.prng.below(SLOTS) * PAGE_SIZE;
  }
}

const READERS = 20;

/** What a thread does over and over, by its number in the process: 31 of them, most of which read. */
export const VMA_ROLES = [
  'mmap',
  'mmap',
  'munmap',
  'mlock',
  'munlock',
  'madvise',
  'mincore',
  'mprotect',
  'msync',
  'readMaps',
  ...Array.from({ length: READERS }, () => 'access' as const),
  'scanPagemap',
] as const;
export type VmaRole = (typeof VMA_ROLES)[number];
