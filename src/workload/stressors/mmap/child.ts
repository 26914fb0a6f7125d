/**
 * The process that does an instance's work (stress-ng's "oomable child"): what it keeps from one
 * operation to the next, and the building blocks that operations are made of.
 *
 * Not modelled: the memory in which stress-ng keeps its own account of the pages, which costs a few
 * page faults once per child, and giving names to mappings. A child that would be killed for want of
 * memory is not started again: the instance has run out.
 */
import { PAGE_SIZE, STAT } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import type { SystemCalls } from '../../../mm/system-calls.js';
import { MADV, MAP, PROT, READ_WRITE } from '../../../mm/uapi.js';
import type { HogTask } from '../../hog.js';
import { forceMunmap } from '../force-munmap.js';
import type { Draws } from './draws.js';
import type { MmapSetting } from './mmap-setting.js';
import { PageBook } from './page-book.js';

/** The last page of the address space, as good as any address that no mapping can have. */
export const NOWHERE = 2 ** 64 - PAGE_SIZE;

/** A page of the child's own could not be accessed: it would have been killed. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export class Child {
  readonly task: HogTask;
  readonly calls: SystemCalls;
  readonly setting: MmapSetting;
  readonly draws: Draws;
  readonly book: PageBook;
  /** Handle of the file that is mapped; 0 for anonymous memory, and before it is open. */
  file = 0;
  /** Where the region is, or was last. */
  address = 0;
  /** Whether MAP_POPULATE is still used: until a mapping fails for the first time. */
  populates = true;
  /** Mappings of the region that have failed. */
  failures = 0;
  /** Flags that are taken out of what is drawn. */
  masked = 0;
  /** How many operations have ended. */
  operations = 0;
  hasFailed = false;
  readonly #residency: Uint8Array;

  constructor(task: HogTask, setting: MmapSetting, draws: Draws) {
    this.task = task;
    this.calls = task.calls;
    this.setting = setting;
    this.draws = draws;
    this.book = new PageBook(setting.pages);
    this.#residency = new Uint8Array(setting.pageIn ? setting.pages : 0);
  }

  /** MAP_* that all mappings of the region and of its pages have. */
  get mapFlags(): number {
    const kind = this.file === 0 ? MAP.private | MAP.anonymous : MAP.shared;
    return this.populates ? kind | MAP.populate : kind;
  }

  /** What a pattern has in the region's first page; in every operation another one. */
  get word(): number {
    return Math.imul(this.operations + 1, 0x0100_0193);
  }

  addressOf(page: number): number {
    return this.address + page * PAGE_SIZE;
  }

  *adviseAll(): Op<void> {
    const { advises, form, bytes } = this.setting;
    if (!advises) return;
    yield* this.calls.madvise(this.address, bytes, this.draws.adviceForAll(form.advices));
  }

  *advisePage(at: number): Op<void> {
    const { advises, form } = this.setting;
    if (!advises) return;
    yield* this.calls.madvise(at, PAGE_SIZE, this.draws.adviceForPage(form.advices));
  }

  /** Makes pages present, by stress-ng's name through mincore. */
  *touch(at: number, pages: number): Op<void> {
    const { form, pageIn } = this.setting;
    const { calls } = this;
    const bytes = pages * PAGE_SIZE;
    if (form.touching === 'reads') {
      if ((yield* calls.madvise(at, bytes, MADV.populateRead)) === 0) return;
    }
    if (!pageIn) return;
    const asksRight = form.touching === 'asked writes';
    if (asksRight) {
      yield* calls.madvise(at, bytes, MADV.populateRead);
      if ((yield* calls.madvise(at, bytes, MADV.populateWrite)) === 0) return;
    }
    // A slip in the older forms made mincore look at address 0; then all pages count as absent.
    const residency = this.#residency.subarray(0, pages);
    const asked = yield* calls.mincore(asksRight ? at : 0, bytes, residency);
    if (asked < 0) residency.fill(0);
    yield* this.#writeAbsent(at, residency);
  }

  /** A byte of every absent page is raised, then lowered again: whoever comes next writes all of it. */
  *#writeAbsent(at: number, residency: Uint8Array): Op<void> {
    for (let raised = 1; raised >= 0; raised--) {
      for (let page = 0; page < residency.length; page++) {
        if ((residency[page]! & 1) !== 0) continue;
        this.#demand(yield* this.calls.store(at + page * PAGE_SIZE, 1, raised));
      }
    }
  }

  /** The mprotect cycle. */
  *protect(at: number, bytes: number): Op<void> {
    const { form, protects } = this.setting;
    if (!protects) return;
    const { calls } = this;
    const { growsDown, growsUp, none, read, write, exec } = PROT;
    if (form.protectsWrongly) {
      yield* calls.mprotect(at, bytes, growsDown | growsUp);
      yield* calls.mprotect(at + 7, bytes, read);
      yield* calls.mprotect(at, 0, read);
      yield* calls.mprotect(at, bytes, 2 ** 30 - 1);
      yield* calls.mprotect(NOWHERE, PAGE_SIZE, read);
      yield* calls.mprotect(NOWHERE, 2 * PAGE_SIZE, read);
    }
    yield* calls.mprotect(at, bytes, none);
    yield* calls.mprotect(at, bytes, read);
    yield* calls.mprotect(at, bytes, write);
    yield* calls.mprotect(at, bytes, exec);
    yield* calls.mprotect(at, bytes, READ_WRITE);
  }

  /** What a file is filled with before it is synced: every byte. */
  *fill(at: number, pages: number): Op<void> {
    this.#demand(yield* this.calls.fill(at, pages, 0xff));
  }

  /** The pattern: `word + i` in page i, in every byte of it or at its start. */
  *set(at: number, pages: number, word: number): Op<void> {
    const { calls, setting } = this;
    const inFull = setting.form.usesPagesUnasked;
    this.#demand(yield* inFull ? calls.fill(at, pages, word) : calls.store(at, pages, word));
  }

  *check(at: number, pages: number, word: number): Op<void> {
    const { calls, setting, task } = this;
    let wrong = 0;
    if (setting.form.usesPagesUnasked) wrong = yield* calls.compare(at, pages, word);
    else {
      for (let i = 0; i < pages; i++) {
        const denied = yield* calls.load(at + i * PAGE_SIZE, 1);
        if (denied > 0 || task.cpu.loaded !== ((word + i) | 0)) wrong += 1;
      }
    }
    if (wrong > 0) this.fail(`${wrong} of ${pages} pages do not have what was written to them`);
  }

  fail(what: string): void {
    this.hasFailed = true;
    this.task.fail(`mmap: ${what}`);
  }

  *sync(at: number, pages: number): Op<void> {
    yield* this.calls.msync(at, pages * PAGE_SIZE, this.setting.sync);
  }

  /** munmap, which may fail where it would leave too many VMAs; nobody looks at its result. */
  *unmap(at: number, bytes: number): Op<void> {
    if (this.setting.form.retriesMunmap) yield* forceMunmap(this.task, at, bytes);
    else yield* this.calls.munmap(at, bytes);
  }

  /**
   * Step 0: each page of the region to its place in the file. The write moves the position, so that
   * the read gets the next page's content, and behind the last page nothing.
   */
  *copyThroughFile(): Op<void> {
    const { calls, file, setting } = this;
    for (let page = 0; page < setting.pages; page++) {
      const at = this.addressOf(page);
      calls.lseek();
      yield* calls.write(file, page, at, 1, setting.io);
      yield* calls.read(file, page + 1, at, 1, setting.io);
    }
  }

  #demand(denied: number): void {
    if (denied === 0) return;
    const { cpu } = this.task;
    const isShort = cpu.km.stats[cpu.stat + STAT.outOfMemory]! > 0;
    if (isShort) this.task.runOut('mmap: no memory for a page that is mapped');
    else this.fail('a page that is mapped could not be accessed');
    throw new Killed('a page could not be accessed');
  }
}
