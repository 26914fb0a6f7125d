/**
 * One operation of stress-ng's mmap stressor as calls on a simulated process, in the three versions
 * that differ, and at which of its places pages were faulted in. What is random in stress-ng (order of
 * pages, advice, flag) is chosen by the test.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import { MADV, MAP, MS, PROT } from '../../mm/uapi.js';
import type { SimulatedProcess } from '../process.js';

const READ_WRITE = PROT.read | PROT.write;
const NEVER = 2 ** 64 - PAGE_SIZE;

export type Version = '0.09.31' | '0.15.06' | 'head';

export interface Setting {
  readonly version: Version;
  /** What is mapped; without one private anonymous memory. */
  readonly file?: 'disk' | 'tmpfs';
  /** Whether the child still has MAP_POPULATE. */
  readonly pop: boolean;
  /** The random flag of the big mapping. */
  readonly flag?: number;
  /** The advice drawn for the whole range, and for pages that are mapped back. */
  readonly advice?: number;
  readonly pageAdvice?: number;
  readonly pageIn?: boolean;
  readonly async?: boolean;
  readonly osync?: boolean;
  readonly mprotect?: boolean;
  readonly mlock?: boolean;
  readonly writeCheck?: boolean;
}

/**
 * Faults of the whole operation by place: A first write to the big region, B the pattern after msync,
 * R read(2) into it, C first write after mapping back, C2 the write after that, touch the mincore
 * path's, once the one of shared anonymous memory at the end, other all the rest.
 */
export type Place = 'A' | 'B' | 'R' | 'C' | 'C2' | 'touch' | 'once';
export type Faults = Record<Place | 'other', number>;

/** The operation, on a file that both this and the next one may map. */
export function operate(
  process: SimulatedProcess,
  pages: number,
  setting: Setting,
  file: number,
): Faults {
  const operation = new Operation(process, pages, setting, file);
  return operation.run();
}

class Operation {
  readonly #process: SimulatedProcess;
  readonly #pages: number;
  readonly #setting: Setting;
  readonly #file: number;
  readonly #bytes: number;
  readonly #faults: Faults = { A: 0, B: 0, R: 0, C: 0, C2: 0, touch: 0, once: 0, other: 0 };
  #at = 0;

  constructor(process: SimulatedProcess, pages: number, setting: Setting, file: number) {
    this.#process = process;
    this.#pages = pages;
    this.#setting = setting;
    this.#file = file;
    this.#bytes = pages * PAGE_SIZE;
  }

  run(): Faults {
    const before = this.#process.faults().total;
    this.#mapWhole();
    if (this.#setting.version === 'head') this.#firstHalfOfHead();
    else this.#firstHalf();
    this.#mapBack();
    if (this.#setting.version === 'head') this.#unmapRuns();
    else this.#unmapPages(inOrder(this.#pages));
    if (this.#setting.version !== '0.09.31') this.#closingCalls();
    const places = Object.values(this.#faults).reduce((sum, count) => sum + count, 0);
    this.#faults.other = this.#process.faults().total - before - places;
    return this.#faults;
  }

  #mapWhole(): void {
    const { flag = 0, mlock = false } = this.#setting;
    const at = this.#process.mmap(0, this.#bytes, READ_WRITE, this.#base | flag, this.#file, 0);
    if (at < 0) throw new Error(`mmap gives ${at}`);
    this.#at = at;
    if (mlock) this.#process.mlock(at, this.#bytes);
    if (this.#file === 0) return;
    this.#write('A', inOrder(this.#pages), 0xff);
    this.#process.msync(at, this.#bytes, this.#setting.async === true ? MS.async : MS.sync);
  }

  /** 0.09.31 and 0.15.06: steps 3 to 10 of stress-ng.md 2.4, with the differences of 2.5. */
  #firstHalf(): void {
    const { version } = this.#setting;
    const all = inOrder(this.#pages);
    this.#advise(this.#setting.advice, this.#at, this.#bytes);
    this.#touchAll(all);
    this.#cycle(this.#at, this.#bytes);
    this.#write(this.#file === 0 ? 'A' : 'B', all, 1);
    this.#copyThroughFile();
    this.#touchAll(all);
    const order = someOrder(this.#pages);
    this.#unmapPages(version === '0.09.31' ? order : [...order].reverse());
    this.#process.munmap(this.#at, this.#bytes);
  }

  /** Steps 3 to 7 of stress-ng.md 2.6. */
  #firstHalfOfHead(): void {
    const { advice, pageAdvice, writeCheck = false } = this.#setting;
    const all = inOrder(this.#pages);
    this.#advise(advice, this.#at, this.#bytes);
    this.#touchAll(all);
    this.#cycle(this.#at, this.#bytes);
    if (writeCheck) this.#write(this.#file === 0 ? 'A' : 'B', all, 1);
    this.#copyThroughFile();
    this.#touchAll(all);
    for (const page of someOrder(this.#pages)) {
      this.#advise(pageAdvice, this.#address(page), PAGE_SIZE);
      this.#cycle(this.#address(page), PAGE_SIZE);
    }
    this.#unmapRuns();
    this.#process.munmap(this.#at, this.#bytes);
  }

  /** Step 0. */
  #copyThroughFile(): void {
    if (this.#file === 0) return;
    const sync = this.#setting.osync === true;
    for (let page = 0; page < this.#pages; page++) {
      const address = this.#address(page);
      this.#process.writeFrom(this.#file, page, address, 1, sync);
      // The write has moved the position: behind the last page there is nothing to read.
      this.#count('R', () => this.#process.readInto(this.#file, page + 1, address, 1));
    }
  }

  /** Step 2. */
  #mapBack(): void {
    const { version, pageAdvice, mlock = false, writeCheck = false } = this.#setting;
    const writesPattern = version !== 'head' || writeCheck;
    for (const page of someOrder(this.#pages)) {
      const at = this.#address(page);
      const fixed = page % 2 === 0 ? MAP.fixed : MAP.fixedNoReplace;
      const offset = this.#file === 0 ? 0 : page * PAGE_SIZE;
      const flags = this.#base | fixed;
      if (this.#process.mmap(at, PAGE_SIZE, READ_WRITE, flags, this.#file, offset) !== at) {
        throw new Error(`page ${page} is not mapped back`);
      }
      if (mlock) this.#process.mlock(at, PAGE_SIZE);
      this.#touchAll([page]);
      this.#advise(pageAdvice, at, PAGE_SIZE);
      this.#cycle(at, PAGE_SIZE);
      if (writesPattern) this.#write('C', [page], 2);
      if (this.#file !== 0) this.#fillPage(page, writesPattern ? 'C2' : 'C');
    }
  }

  #fillPage(page: number, place: Place): void {
    const { version, async: isAsync = false } = this.#setting;
    this.#write(place, [page], 3);
    this.#process.msync(this.#address(page), PAGE_SIZE, isAsync ? MS.async : MS.sync);
    if (version !== '0.09.31') this.#process.punchHole(this.#file, page * PAGE_SIZE, PAGE_SIZE);
  }

  #unmapPages(order: readonly number[]): void {
    for (const page of order) {
      this.#advise(this.#setting.pageAdvice, this.#address(page), PAGE_SIZE);
      this.#cycle(this.#address(page), PAGE_SIZE);
      this.#process.munmap(this.#address(page), PAGE_SIZE);
    }
  }

  /** The first page alone, then all of them with it. */
  #unmapRuns(): void {
    this.#process.munmap(this.#at, PAGE_SIZE);
    this.#process.munmap(this.#at, this.#bytes);
  }

  /** Steps 4 to 10: calls that fail, and two pages of shared anonymous memory. */
  #closingCalls(): void {
    const process = this.#process;
    const flags = MAP.private | MAP.anonymous;
    const shared = MAP.shared | MAP.anonymous;
    const failed = [
      process.munmap(this.#at, 0),
      process.mmap(0, 0, READ_WRITE, flags, 0, 0),
      process.mmap(0, NEVER, READ_WRITE, flags, 0, 0),
      process.mmap(0, PAGE_SIZE, READ_WRITE, MAP.private, 4097, 0),
      process.munmap(0, 0),
      process.munmap(0, NEVER),
    ];
    if (failed.some((result) => result >= 0))
      throw new Error(`invalid calls give ${failed.join()}`);
    for (let k = 1; k < 8; k++) process.munmap(process.mmap(0, k, k, flags, 0, 0), k);
    const written = process.mmap(0, PAGE_SIZE, PROT.write, shared, 0, 0);
    this.#count('once', () => process.touch(written, 'w', 4));
    process.mprotect(written, PAGE_SIZE, PROT.read);
    process.touch(written, 'r');
    process.munmap(written, PAGE_SIZE);
    const untouched = process.mmap(0, PAGE_SIZE, PROT.read, shared, 0, 0);
    process.mprotect(untouched, PAGE_SIZE, PROT.write);
    process.munmap(untouched, PAGE_SIZE);
  }

  /** "Touch through mincore" (stress-ng.md 2.3). */
  #touchAll(pages: readonly number[]): void {
    const { version, pageIn = false } = this.#setting;
    const [at, bytes] = [this.#address(pages[0]!), pages.length * PAGE_SIZE];
    if (version === '0.09.31' ? !pageIn : version === 'head' && !pageIn) return;
    if (version !== '0.09.31') {
      const isRead = this.#process.madvise(at, bytes, MADV.populateRead) === 0;
      const isWritable =
        version === 'head' && this.#process.madvise(at, bytes, MADV.populateWrite) === 0;
      if (version === 'head' ? isWritable : isRead || !pageIn) return;
    }
    for (const word of [1, 0]) this.#write('touch', pages, word);
  }

  /** The mprotect cycle (stress-ng.md 2.3). */
  #cycle(at: number, bytes: number): void {
    if (this.#setting.mprotect !== true) return;
    const { growsDown, growsUp, none, read, write, exec } = PROT;
    if (this.#setting.version !== '0.09.31') {
      this.#process.mprotect(at, bytes, growsDown | growsUp);
      this.#process.mprotect(at + 7, bytes, read);
      this.#process.mprotect(at, 0, read);
      this.#process.mprotect(at, bytes, 2 ** 30 - 1);
      this.#process.mprotect(NEVER, PAGE_SIZE, read);
      this.#process.mprotect(NEVER, 2 * PAGE_SIZE, read);
    }
    for (const prot of [none, read, write, exec, READ_WRITE]) {
      this.#process.mprotect(at, bytes, prot);
    }
  }

  #advise(advice: number | undefined, at: number, bytes: number): void {
    if (advice !== undefined) this.#process.madvise(at, bytes, advice);
  }

  #write(place: Place, pages: readonly number[], word: number): void {
    this.#count(place, () => {
      for (const page of pages) {
        const touched = this.#process.touch(this.#address(page), 'w', word);
        if (touched !== 'ok') throw new Error(`a write to page ${page} is ${touched}`);
      }
    });
  }

  #count(place: Place, deed: () => unknown): void {
    const before = this.#process.faults().total;
    deed();
    this.#faults[place] += this.#process.faults().total - before;
  }

  #address(page: number): number {
    return this.#at + page * PAGE_SIZE;
  }

  get #base(): number {
    const populate = this.#setting.pop ? MAP.populate : 0;
    return (this.#file === 0 ? MAP.private | MAP.anonymous : MAP.shared) | populate;
  }
}

function inOrder(pages: number): number[] {
  return Array.from({ length: pages }, (_, page) => page);
}

/** Every page once, neighbours far apart. */
function someOrder(pages: number): number[] {
  return inOrder(pages).map((i) => (i * 7 + 3) % pages);
}
