/**
 * The only map of the shared buffer: every region, record, field and capacity.
 *
 * All state that a second thread may need lives here, allocated before the first op and never
 * grown. Memory that nobody touches costs nothing: pools and the free list start empty above a
 * high-water mark (`brk`) instead of being threaded at start-up. Handles are integers, 0 is none.
 *
 * `kernel-memory.ts` places the records in the buffer. Offsets are in 32-bit words. LINE words are two x86 cache lines, because the adjacent-line
 * prefetcher makes pairs of lines contend like one.
 */
export const LINE = 32;
export const PAGE_SIZE = 4096;
/** Entries of one page table; a table is that many words. */
export const PTRS_PER_TABLE = 512;

/** Engine words, one LINE each; `engine/threads/rendezvous.ts` says who writes what. */
export const CONTROL = {
  seats: 0,
  ready: LINE,
  go: 2 * LINE,
  stop: 3 * LINE,
  rested: 4 * LINE,
  leave: 5 * LINE,
};
export const CONTROL_WORDS = 6 * LINE;

/**
 * A pool of equal records (`pool.ts`), and the zone of page frames (`page-alloc.ts`). `lock` is a
 * spinlock; the rest is written under it. `head` first record on the free list (the zone: block + 1
 * of the first block with free frames, `tail` of the last), `free` how many are free, `brk` highest
 * handle ever given out.
 */
export const POOL = { lock: 0, head: LINE, tail: LINE + 1, free: LINE + 2, brk: LINE + 3 };
export const POOL_WORDS = 2 * LINE;

/**
 * An address space. The first line is its mmap_sem (`rwsem.ts` has the paragraph for each word).
 *
 * The second line is written under mmap_sem held for write and read under either mode: `root` top
 * page table (constant), `tree` root of the VMA index, `first` lowest VMA, `mapCount`, `vmacacheSeq`
 * raised at every detach so that no task's VMA cache outlives a VMA.
 *
 * The third line: `rss` pages present, added to by atomics in batches, exact only at rest;
 * `rssMax`, `mapCountMax` peaks by plain store, a lost race loses one sample of a maximum.
 */
export const MM = {
  sem: 0,
  root: LINE,
  tree: LINE + 1,
  mapCount: LINE + 2,
  vmacacheSeq: LINE + 3,
  rss: 2 * LINE,
  rssMax: 2 * LINE + 1,
  mapCountMax: 2 * LINE + 2,
};
export const MM_WORDS = 3 * LINE;

/** Fields of a rwsem relative to its first word. */
export const SEM = { count: 0, owner: 1, waitLock: 2, head: 3, tail: 4, osqTail: 5 };

/**
 * A task. First line, what others look at or write:
 *
 *   wake        0 while the task may sleep, set to 1 by its waker before the notify
 *   waiterNext, waiterKind  its place in a rwsem's wait list, under that lock's waitLock
 *   waitsFor    the rwsem it sleeps on (0 none), for reports only, written by the task
 *   killed      1 once a fatal signal is pending: ends killable waits; written by the killer
 *   offCpu      1 while it has no CPU, so that nobody spins for it; written by its engine
 *   osqNext, osqPrev, osqLocked  its place in the queue of spinners (`osq.ts`)
 *   waiterSince in doubles of `stats`: when it queued up, ns; under waitLock
 *
 * Second line, the TLB handshake of `tlb.ts`: `mode` 1 while the task accesses user memory, `ipiAck`
 * the last IPI answered, both written by the task; `ipiSent` raised by flushing CPUs. `rssPending`
 * is the task's share of rss not yet added to its mm; `mm` its address space; `resting` 1 once the
 * task has ended its program, for reports only.
 */
export const TASK = {
  wake: 0,
  waiterNext: 1,
  waiterKind: 2,
  waitsFor: 3,
  killed: 4,
  offCpu: 5,
  osqNext: 6,
  osqPrev: 7,
  osqLocked: 8,
  waiterSince: 10,
  mode: LINE,
  ipiAck: LINE + 1,
  ipiSent: LINE + 2,
  rssPending: LINE + 3,
  mm: LINE + 4,
  resting: LINE + 5,
  stats: 2 * LINE,
};
export const TASK_WORDS = 4 * LINE;

/**
 * Counters of a task as doubles in the task's third and fourth line: written by the task alone with plain
 * stores, read by the main thread at any time (an aligned double is one access on 64-bit machines).
 */
export const STAT = {
  faultsTotal: 0,
  faultsMinor: 1,
  faultsMajor: 2,
  sigsegv: 3,
  outOfMemory: 4,
  mmapCalls: 5,
  munmapCalls: 6,
  munmapPages: 7,
  munmapNs: 8,
  failedCalls: 9,
  writerSteals: 10,
  /** Calls of down_read and down_write that did not wait. */
  readFast: 11,
  writeFast: 12,
  /** Faults whose trylock failed; all others got mmap_sem without waiting. */
  trylockFailed: 13,
  /** Pages that populate went through; munmaps that failed and left a split. */
  populated: 14,
  splitsLeft: 15,
  /** Writers that got a rwsem while they spun; readers that joined past the queue; hand-offs. */
  spinAcquired: 16,
  readerSteals: 17,
  handoffs: 18,
  /** Killable waits that a signal ended. */
  waitsKilled: 19,
};
export const STAT_COUNT = 20;

/**
 * Page frames on one CPU's list (4.17 `struct per_cpu_pages`): a ring, hot end `head`, cold end
 * `tail`, both free-running. Owned by its CPU; read by check.ts at rest.
 */
export const PCP = { head: 0, tail: 1, ring: LINE };
export const PCP_RING = 256;
export const PCP_WORDS = LINE + PCP_RING;

/**
 * A VMA in words (VMA) and in doubles (VMA_PAGES), a double being two words. Pages are numbers of
 * 4 KiB pages, up to 2^35, hence doubles. All fields are written under mmap_sem held for write,
 * with one exception: the VM_ZAPPED flag, set by atomics under read.
 */
export const VMA_PAGES = { start: 0, end: 1, gapMax: 2 };
export const VMA = { left: 6, right: 7, parent: 8, prev: 9, next: 10, flags: 11, link: 12 };
export const VMA_WORDS = LINE;

/**
 * A page table's descriptor: `lock` of a PTE table (split page-table lock), `link` of the pool. Its
 * entries are elsewhere (`tables`), so that a free table can stay all zero.
 */
export const TABLE = { lock: 0, link: 1 };
export const TABLE_WORDS = 16;

/**
 * A page frame: `state` and one word of content that stands for its 4096 bytes.
 * State of a free frame: bit 31 set, next free frame of its block in the low bits. In use: bits 0-14 reference
 * count, bits 15-29 number of PTEs that map it.
 */
export const FRAME = { state: 0, content: 1 };
export const FRAME_WORDS = 2;
export const FRAME_FREE = 0x8000_0000 | 0;
export const FRAME_LINK = 0x7fff_ffff;
export const FRAME_COUNT_ONE = 1;
export const FRAME_COUNT = 0x7fff;
export const FRAME_MAP_ONE = 1 << 15;
export const FRAME_MAPS = 0x7fff << 15;

/** A PTE: frame number above three flag bits, 0 is not present; and how many frames fit into one. */
export const PTE = { present: 1, write: 2, dirty: 4, shift: 3 };
export const FRAMES_MAX = 2 ** 29 - 1;

/**
 * A block of neighbouring frames: `head` its first free frame, `free` how many there are, `next`
 * block + 1 of the next on the zone's queue of blocks with free frames. All under the zone's lock.
 */
export const BLOCK = { head: 0, free: 1, next: 2 };
export const BLOCK_WORDS = 4;
/** Frame f is in block f >>> 9: 512 frames, whose records fill one page of the host. */
export const BLOCK_SHIFT = 9;
