/**
 * What an unmapping CPU has taken out of the page tables and not yet freed (4.17 `struct
 * mmu_gather`): other CPUs may still hold translations to it, so it is freed only after they have
 * been flushed. A frame in here stands for one reference to it: the PTE's, or the page cache's.
 */

/** 1 GiB of huge pages. */
const BLOCKS_MAX = 512;
/** 8 on-stack entries and 19 batch pages of 510 pointers: pages per flush at most. */
export const GATHER_MAX = 8 + 19 * 510;

export class Gather {
  readonly frames = new Int32Array(GATHER_MAX);
  frameCount = 0;
  readonly tables = new Int32Array(GATHER_MAX);
  tableCount = 0;
  /** Of huge pages. */
  readonly blocks = new Int32Array(BLOCKS_MAX);
  blockCount = 0;
  /** The zero page was among them, which nobody frees but every CPU has to forget. */
  hasUncounted = false;
  /** A dirty page of a file is among them: flush before its page table's lock is dropped. */
  forceFlush = false;

  get full(): boolean {
    return (
      this.frameCount === GATHER_MAX ||
      this.tableCount === GATHER_MAX ||
      this.blockCount === BLOCKS_MAX
    );
  }

  get empty(): boolean {
    return (
      this.frameCount === 0 && this.tableCount === 0 && this.blockCount === 0 && !this.hasUncounted
    );
  }

  addFrame(frame: number): void {
    this.frames[this.frameCount] = frame;
    this.frameCount += 1;
  }

  addBlock(block: number): void {
    this.blocks[this.blockCount] = block;
    this.blockCount += 1;
  }
}
