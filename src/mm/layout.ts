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
 * raised at every detach so that no task's VMA cache outlives a VMA. `tlbGeneration` counts TLB flushes,
 * by atomics, in any mode (`tlb.ts`).
 *
 * `MM_PAGES` has more of that kind, as doubles: `brkStart` and `brk` the ends of the heap, bytes;
 * `locked` pages of VM_LOCKED VMAs, `total` of all VMAs.
 *
 * The third line: `rss` pages present, added to by atomics in batches, exact only at rest;
 * `rssMax`, `mapCountMax` peaks by plain store, a lost race loses one sample of a maximum;
 * `anonVmas` how many anon_vma identities were ever given out, an atomic counter; `stackLock` the
 * spinlock of stacks that grow while mmap_sem is held for read.
 */
export const MM = {
  sem: 0,
  root: LINE,
  tree: LINE + 1,
  mapCount: LINE + 2,
  vmacacheSeq: LINE + 3,
  tlbGeneration: LINE + 4,
  rss: 2 * LINE,
  rssMax: 2 * LINE + 1,
  mapCountMax: 2 * LINE + 2,
  anonVmas: 2 * LINE + 3,
  stackLock: 2 * LINE + 4,
};
export const MM_WORDS = 3 * LINE;

/** Doubles of an mm, relative to half its first word. */
export const MM_PAGES = {
  brkStart: LINE / 2 + 4,
  brk: LINE / 2 + 5,
  locked: LINE / 2 + 6,
  total: LINE / 2 + 7,
};

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
 * is the task's share of rss not yet added to its mm; `mm` its address space; `resting` 1 while the
 * task has nothing to do but to wait for all others, for reports only.
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
  /** Accesses behind a file's end. */
  sigbus: 20,
  /** Faults that the kernel took for itself (populate, mlock): no perf event, but in getrusage. */
  kernelMinor: 21,
  kernelMajor: 22,
  /** TLB flushes that a dirty page of a shared file forced before its page table was let go. */
  dirtyFlushes: 23,
  /** Pages that madvise zapped; those of munmap are counted apart. */
  advisedPages: 24,
  /** Operations of a stressor with instances (`workload/hog.ts`). */
  bogoOps: 25,
  /** Times that the task gave its CPU up, or lost it. */
  switches: 26,
  /** System calls of stressors with instances, whatever came of them. */
  calls: 27,
};
export const STAT_COUNT = 28;

/**
 * Page frames on one CPU's list (4.17 `struct per_cpu_pages`): a ring, hot end `head`, cold end
 * `tail`, both free-running. Owned by its CPU; read by check.ts at rest.
 */
export const PCP = { head: 0, tail: 1, ring: LINE };
export const PCP_RING = 256;
export const PCP_WORDS = LINE + PCP_RING;

/**
 * A VMA in words (VMA) and in doubles (VMA_PAGES), a double being two words. Pages are numbers of
 * 4 KiB pages, up to 2^35, hence doubles. All fields are written under mmap_sem held for write, with
 * two exceptions: the VM_ZAPPED flag, and `anonVma` from 0 to an identity, both set by atomics under
 * read.
 *
 * `pgoff` the page of the file at `start`; of a private anonymous VMA the page where it was mapped,
 * which merging compares. `file` the file that its pages come from (`FILE`), 0 for private anonymous
 * memory. `anonVma` says whose anonymous pages are in it: VMAs with different ones never merge.
 * `mapLeft`, `mapRight` its place in the file's tree of VMAs, and `mapEnd` the highest page of the file that
 * one of its subtree shows, plus 1, under the file's lock; `mm` whose it is.
 */
export const VMA_PAGES = { start: 0, end: 1, gapMax: 2, pgoff: 3, mapEnd: 10 };
export const VMA = {
  left: 8,
  right: 9,
  parent: 10,
  prev: 11,
  next: 12,
  flags: 13,
  link: 14,
  file: 15,
  anonVma: 16,
  mapLeft: 17,
  mapRight: 18,
  mm: 19,
};
export const VMA_WORDS = LINE;

/**
 * A file and its page cache (an inode with its address_space).
 *
 *   lock      spinlock over everything below, the cache, and the edges of VMAs that map the file
 *   kind      FILE_KIND
 *   refs      VMAs and open handles, by atomics; 0 is a free record
 *   cache     root of the tree of cached pages, entries being frame numbers; 0 none yet
 *   disk      root of the tree of contents as last written back, for disk files; 0 none yet
 *   cached, cleaned  pages in the cache; pages that writeback has cleaned so far
 *   mapRoot   root of the tree of VMAs that map it (`file-mappings.ts`)
 *   link      of the pool
 *
 * `FILE_BYTES.size` its length in bytes, a double.
 */
export const FILE = {
  lock: 0,
  kind: 1,
  refs: 2,
  cache: 3,
  disk: 4,
  cached: 5,
  cleaned: 6,
  mapRoot: 7,
  link: 8,
};
export const FILE_BYTES = { size: 8 };
export const FILE_WORDS = LINE;

/** Disk files write-protect what is clean; files of tmpfs do not, and have no disk under them. */
export const FILE_KIND = { disk: 1, tmpfs: 2 } as const;

/**
 * A page table's descriptor: `lock` of a PTE table (split page-table lock), `link` of the pool. Its
 * entries are elsewhere (`tables`), so that a free table can stay all zero.
 */
export const TABLE = { lock: 0, link: 1 };
export const TABLE_WORDS = 16;

/**
 * A page frame: `state` and one word of content that stands for its 4096 bytes.
 * State of a free frame: bit 31 set, next free frame of its block in the low bits. In use: bits 0-14
 * reference count, bits 15-28 number of PTEs that map it; bit 29: its content differs from the disk's;
 * bit 30: it is in a page cache, which has one of the references; every PTE has one, too.
 *
 * The record behind the last frame is the zero page's: mapped everywhere, counted nowhere.
 */
export const FRAME = { state: 0, content: 1 };
export const FRAME_WORDS = 2;
export const FRAME_FREE = 0x8000_0000 | 0;
export const FRAME_LINK = 0x7fff_ffff;
export const FRAME_COUNT_ONE = 1;
export const FRAME_COUNT = 0x7fff;
export const FRAME_MAP_ONE = 1 << 15;
export const FRAME_MAPS = 0x3fff << 15;
export const FRAME_DIRTY = 1 << 29;
export const FRAME_CACHED = 1 << 30;

/**
 * A PTE: frame number above three flag bits, 0 is none. Without `present` the page is there and may
 * not be accessed (PROT_NONE).
 */
export const PTE = { present: 1, write: 2, dirty: 4, shift: 3 };
export const FRAMES_MAX = 2 ** 29 - 2;

/**
 * An entry of a PMD table is the handle of a page table, or with this bit a huge page: a block's number
 * (BLOCK) in place of a frame's, above the flag bits of a PTE. Block 0 stands for zeros, present only.
 */
export const HUGE = 0x8000_0000 | 0;

/**
 * A block of neighbouring frames: `head` its first free frame, `free` how many there are, `next`
 * block + 1 of the next on the zone's queue of blocks with free frames. All under the zone's lock.
 * `deposit`: the page table put by for the split of the huge page that the block is; its owner's.
 */
export const BLOCK = { head: 0, free: 1, next: 2, deposit: 3 };
export const BLOCK_WORDS = 4;
/** Frame f is in block f >>> 9: 512 frames, whose records fill one page of the host. */
export const BLOCK_SHIFT = 9;
