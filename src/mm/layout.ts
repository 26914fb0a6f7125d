/**
 * The only map of the shared buffer: every region, record, field and capacity.
 *
 * All state that a second thread may need lives here, allocated before the first op and never
 * grown. Memory that nobody touches costs nothing: pools and the free list start empty above a
 * high-water mark (`brk`) instead of being threaded at start-up. Handles are integers, 0 is none.
 *
 * Offsets are in 32-bit words. LINE words are two x86 cache lines, because the adjacent-line
 * prefetcher makes pairs of lines contend like one.
 */
import { assert } from '../util/assert.js';

export const LINE = 32;
export const PAGE_SIZE = 4096;
/** Entries of one page table; a table is that many words. */
export const PTRS_PER_TABLE = 512;

const MAGIC = 0x6d6d_5345;
/** Raised whenever a record below changes its meaning. */
const VERSION = 1;

/** Capacities; what is not there cannot run out later. */
export interface Geometry {
  readonly tasks: number;
  readonly mms: number;
  readonly frames: number;
  readonly tables: number;
  readonly vmas: number;
  /** `vm.max_map_count` of every mm. */
  readonly maxMapCount: number;
}

const HEADER = {
  magic: 0,
  version: 1,
  tasks: 2,
  mms: 3,
  frames: 4,
  tables: 5,
  vmas: 6,
  maxMapCount: 7,
};

/** Engine words, one LINE each; `engine/threads/rendezvous.ts` says who writes what. */
export const CONTROL = {
  seats: 0,
  ready: LINE,
  go: 2 * LINE,
  stop: 3 * LINE,
  rested: 4 * LINE,
  leave: 5 * LINE,
};
const CONTROL_WORDS = 6 * LINE;

/**
 * A pool of equal records (`pool.ts`), and the zone of page frames (`page-alloc.ts`). `lock` is a
 * spinlock; the rest is written under it. `head` first record on the free list (the zone: block + 1
 * of the first block with free frames, `tail` of the last), `free` how many are free, `brk` highest
 * handle ever given out.
 */
export const POOL = { lock: 0, head: LINE, tail: LINE + 1, free: LINE + 2, brk: LINE + 3 };
const POOL_WORDS = 2 * LINE;

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
const MM_WORDS = 3 * LINE;

/** Fields of a rwsem relative to its first word. */
export const SEM = { count: 0, owner: 1, waitLock: 2, head: 3, tail: 4 };

/**
 * A task. First line, written by others: `wake` 0 while the task may sleep, set to 1 by its waker
 * before the notify; `waiterNext`, `waiterKind` its place in a rwsem's wait list, under that lock's
 * waitLock; `waitsFor` the rwsem it sleeps on (0 none), for reports only, written by the task.
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
  mode: LINE,
  ipiAck: LINE + 1,
  ipiSent: LINE + 2,
  rssPending: LINE + 3,
  mm: LINE + 4,
  resting: LINE + 5,
  stats: 2 * LINE,
};
const TASK_WORDS = 3 * LINE;

/**
 * Counters of a task as doubles in the task's third line: written by the task alone with plain
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
};
export const STAT_COUNT = 16;

/**
 * Page frames on one CPU's list (4.17 `struct per_cpu_pages`): a ring, hot end `head`, cold end
 * `tail`, both free-running. Owned by its CPU; read by check.ts at rest.
 */
export const PCP = { head: 0, tail: 1, ring: LINE };
export const PCP_RING = 256;
const PCP_WORDS = LINE + PCP_RING;

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

/** First word of every region, and the end of all. */
type Regions = Readonly<ReturnType<typeof placeRegions>>;

function placeRegions(g: Geometry) {
  let end = LINE;
  const place = (words: number, alignment = LINE): number => {
    const at = Math.ceil(end / alignment) * alignment;
    end = at + Math.ceil(words / LINE) * LINE;
    return at;
  };
  const regions = {
    control: place(CONTROL_WORDS),
    zone: place(POOL_WORDS),
    blocks: place(((g.frames >>> BLOCK_SHIFT) + 1) * BLOCK_WORDS),
    tablePool: place(POOL_WORDS),
    vmaPool: place(POOL_WORDS),
    mms: place(g.mms * MM_WORDS),
    tasks: place(g.tasks * TASK_WORDS),
    pcps: place(g.tasks * PCP_WORDS),
    // Handles start at 1: record 0 exists and stays unused.
    tableRecords: place((g.tables + 1) * TABLE_WORDS),
    vmas: place((g.vmas + 1) * VMA_WORDS),
    tables: place((g.tables + 1) * PTRS_PER_TABLE),
    frames: place((g.frames + 1) * FRAME_WORDS, FRAME_WORDS << BLOCK_SHIFT),
  };
  return { ...regions, end };
}

/** Views of one shared buffer. Constant after construction; every thread makes its own. */
export class KernelMemory {
  readonly buffer: SharedArrayBuffer;
  readonly geometry: Geometry;
  readonly at: Regions;
  /** Everything below the page tables: locks, records, counters. */
  readonly words: Int32Array;
  /** Task counters: index with `statIndex`. */
  readonly stats: Float64Array;
  readonly vmaWords: Int32Array;
  readonly vmaPages: Float64Array;
  /** Entry e of table t is `tables[t * 512 + e]`. */
  readonly tables: Int32Array;
  readonly frames: Int32Array;

  private constructor(buffer: SharedArrayBuffer, geometry: Geometry) {
    const at = placeRegions(geometry);
    assert(buffer.byteLength === at.end * 4, 'buffer size does not match its geometry');
    this.buffer = buffer;
    this.geometry = geometry;
    this.at = at;
    this.words = new Int32Array(buffer, 0, at.tables);
    this.stats = new Float64Array(buffer, 0, at.tables / 2);
    this.vmaWords = new Int32Array(buffer, at.vmas * 4, at.tables - at.vmas);
    this.vmaPages = new Float64Array(buffer, at.vmas * 4, (at.tables - at.vmas) / 2);
    this.tables = new Int32Array(buffer, at.tables * 4, at.frames - at.tables);
    this.frames = new Int32Array(buffer, at.frames * 4, at.end - at.frames);
  }

  static create(geometry: Geometry): KernelMemory {
    assert(geometry.tasks > 0 && geometry.mms > 0, 'a kernel needs a task and an mm');
    assert(geometry.frames <= FRAMES_MAX, `at most ${FRAMES_MAX} page frames fit into a PTE`);
    const km = new KernelMemory(new SharedArrayBuffer(placeRegions(geometry).end * 4), geometry);
    const { words } = km;
    words[HEADER.version] = VERSION;
    words[HEADER.tasks] = geometry.tasks;
    words[HEADER.mms] = geometry.mms;
    words[HEADER.frames] = geometry.frames;
    words[HEADER.tables] = geometry.tables;
    words[HEADER.vmas] = geometry.vmas;
    words[HEADER.maxMapCount] = geometry.maxMapCount;
    words[HEADER.magic] = MAGIC;
    return km;
  }

  /** A second thread's views; refuses a buffer that another layout wrote. */
  static attach(buffer: SharedArrayBuffer): KernelMemory {
    const header = new Int32Array(buffer, 0, LINE);
    assert(header[HEADER.magic] === MAGIC, 'not a kernel memory buffer');
    assert(header[HEADER.version] === VERSION, 'kernel memory of another layout version');
    return new KernelMemory(buffer, {
      tasks: header[HEADER.tasks]!,
      mms: header[HEADER.mms]!,
      frames: header[HEADER.frames]!,
      tables: header[HEADER.tables]!,
      vmas: header[HEADER.vmas]!,
      maxMapCount: header[HEADER.maxMapCount]!,
    });
  }

  mmAt(mm: number): number {
    return this.at.mms + mm * MM_WORDS;
  }

  taskAt(task: number): number {
    return this.at.tasks + task * TASK_WORDS;
  }

  pcpAt(cpu: number): number {
    return this.at.pcps + cpu * PCP_WORDS;
  }

  tableRecordAt(table: number): number {
    return this.at.tableRecords + table * TABLE_WORDS;
  }

  /** Index into `stats` of a task's first counter. */
  statIndex(task: number): number {
    return (this.taskAt(task) + TASK.stats) / 2;
  }
}
