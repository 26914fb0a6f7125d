/** What a task does with its memory in user mode. Addresses are bytes; a page's content is one word. */
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { PAGE_SIZE } from './layout.js';
import type { Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';

/** User mode writes or reads so many pages between two looks at what others do. */
const WORK_PAGES = 64;

export class UserMemory {
  readonly cpu: Cpu;
  readonly mm: Mm;

  constructor(cpu: Cpu, mm: Mm) {
    this.cpu = cpu;
    this.mm = mm;
  }

  /** One word in each of so many pages, `word + i` in the i-th: how many pages denied it (SIGSEGV, SIGBUS). */
  store(address: number, pages: number, word: number): Op<number> {
    return accessPages(
      this.cpu,
      this.mm,
      Math.floor(address / PAGE_SIZE),
      pages,
      ACCESS.store,
      word,
    );
  }

  /** The same for a load, which leaves the last word in `cpu.loaded`. */
  load(address: number, pages: number): Op<number> {
    return accessPages(this.cpu, this.mm, Math.floor(address / PAGE_SIZE), pages, ACCESS.load);
  }

  /** Every byte of the pages, one word standing for a page's: the same as `store`, but for the work. */
  *fill(address: number, pages: number, word: number): Op<number> {
    let denied = 0;
    for (let done = 0; done < pages; done += WORK_PAGES) {
      const count = Math.min(WORK_PAGES, pages - done);
      this.cpu.chargeUser(COST.userPage, count);
      denied += yield* this.store(address + done * PAGE_SIZE, count, word + done);
    }
    return denied;
  }

  /**
   * Reads every byte of the pages back: how many do not have `word + i`, or cannot be read.
   */
  *compare(address: number, pages: number, word: number): Op<number> {
    let wrong = 0;
    for (let i = 0; i < pages; i++) {
      this.cpu.chargeUser(COST.userPage, 1);
      const denied = yield* this.load(address + i * PAGE_SIZE, 1);
      if (denied > 0 || this.cpu.loaded !== ((word + i) | 0)) wrong += 1;
    }
    return wrong;
  }
}
