/** A lone task that has files: creates, maps, reads and writes them, each call run to its end. */
import { MAP, PROT } from '../uapi.js';
import { mmap } from '../mmap.js';
import { createFile, putFile, type FileKind } from '../file.js';
import { writePage } from '../file-io.js';
import { FRAME, FRAME_WORDS, PAGE_SIZE, PTE } from '../layout.js';
import { pteSlot } from '../page-table.js';
import { LoneTask } from './lone-task.js';
import { leftAfterExit } from './memory-view.js';
import { runAlone, type TestMachine } from './test-machine.js';

export interface FaultCounts {
  readonly minor: number;
  readonly major: number;
  readonly sigbus: number;
}

export class FileTask extends LoneTask {
  readonly #files: number[] = [];

  /** A file of so many pages; page i of it holds `word + i` on disk or in tmpfs if a word is given. */
  create(kind: FileKind, pages: number, word?: number): number {
    const file = runAlone(createFile(this.cpu, kind, pages * PAGE_SIZE));
    if (file === 0) throw new Error('no room for another file');
    this.#files.push(file);
    for (let i = 0; word !== undefined && i < pages; i++) {
      if (runAlone(writePage(this.cpu, file, i, word + i, true)) !== 0)
        throw new Error('disk full');
    }
    return file;
  }

  /** First page of the mapping of `pages` pages from page `pgoff` of the file on, at `page` if given. */
  mapFile(
    file: number,
    pages: number,
    options: { shared?: boolean; prot?: number; pgoff?: number; page?: number } = {},
  ): number {
    const { shared = true, prot = PROT.read | PROT.write, pgoff = 0, page } = options;
    const flags = (shared ? MAP.shared : MAP.private) | (page === undefined ? 0 : MAP.fixed);
    const where = page === undefined ? {} : { address: page * PAGE_SIZE };
    const offset = pgoff * PAGE_SIZE;
    const request = { bytes: pages * PAGE_SIZE, prot, flags, file, offset, ...where };
    const address = runAlone(mmap(this.cpu, this.mm, request));
    if (address < 0) throw new Error(`mmap of a file: ${address}`);
    return address / PAGE_SIZE;
  }

  /** Faults that an access made. */
  faultsOf(access: () => unknown): FaultCounts {
    const count = (): FaultCounts => ({
      minor: this.stat('faultsMinor'),
      major: this.stat('faultsMajor'),
      sigbus: this.stat('sigbus'),
    });
    const before = count();
    const total = this.stat('faultsTotal');
    access();
    const after = count();
    const faults = {
      minor: after.minor - before.minor,
      major: after.major - before.major,
      sigbus: after.sigbus - before.sigbus,
    };
    const sum = faults.minor + faults.major + faults.sigbus;
    if (sum !== this.stat('faultsTotal') - total) throw new Error('a fault was counted nowhere');
    return faults;
  }

  pte(page: number): number {
    const slot = pteSlot(this.cpu.km, this.mm.root, page);
    return slot === 0 ? 0 : this.cpu.km.tables[slot]!;
  }

  /** State word of the frame that is mapped at a page. */
  frameState(page: number): number {
    return this.cpu.km.frames[(this.pte(page) >>> PTE.shift) * FRAME_WORDS + FRAME.state]!;
  }

  /** Which pages of [first, first + count) are mapped: x or -, W those that may be written. */
  mapped(first: number, count: number): string {
    return Array.from({ length: count }, (_, i) => {
      const pte = this.pte(first + i);
      return pte === 0 ? '-' : (pte & PTE.write) === 0 ? 'x' : 'W';
    }).join('');
  }

  close(): void {
    for (const file of this.#files.splice(0)) runAlone(putFile(this.cpu, file));
  }

  /** Ends everything; what is left after that was lost. */
  end(machine: TestMachine): string[] {
    this.close();
    return leftAfterExit(machine);
  }
}
