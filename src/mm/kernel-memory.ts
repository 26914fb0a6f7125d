/**
 * The shared buffer itself: where the records of `layout.ts` lie in it for a given geometry, and the
 * views that every thread makes of it.
 */
import { assert } from '../util/assert.js';
import {
  BLOCK_SHIFT,
  BLOCK_WORDS,
  CONTROL_WORDS,
  FILE_WORDS,
  FRAMES_MAX,
  FRAME_WORDS,
  LINE,
  MM_WORDS,
  PCP_WORDS,
  POOL_WORDS,
  PTRS_PER_TABLE,
  TABLE_WORDS,
  TASK,
  TASK_WORDS,
  VMA_WORDS,
} from './layout.js';

const MAGIC = 0x6d6d_5345;
/** Raised whenever a record of `layout.ts` changes its meaning. */
const VERSION = 4;

/** Capacities; what is not there cannot run out later. */
export interface Geometry {
  readonly tasks: number;
  readonly mms: number;
  readonly frames: number;
  readonly tables: number;
  readonly vmas: number;
  readonly files: number;
  /** `vm.max_map_count` of every mm. */
  readonly maxMapCount: number;
  /** Words that stressors share, at the end of all others; none without it. */
  readonly sharedWords?: number;
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
  files: 8,
  sharedWords: 9,
};

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
    filePool: place(POOL_WORDS),
    mms: place(g.mms * MM_WORDS),
    tasks: place(g.tasks * TASK_WORDS),
    pcps: place(g.tasks * PCP_WORDS),
    shared: place(g.sharedWords ?? 0),
    // Handles start at 1: record 0 exists and stays unused.
    tableRecords: place((g.tables + 1) * TABLE_WORDS),
    files: place((g.files + 1) * FILE_WORDS),
    vmas: place((g.vmas + 1) * VMA_WORDS),
    tables: place((g.tables + 1) * PTRS_PER_TABLE),
    frames: place((g.frames + 2) * FRAME_WORDS, FRAME_WORDS << BLOCK_SHIFT),
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
  /** The frame that every untouched page shows to loads; see FRAME. */
  readonly zeroFrame: number;

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
    this.zeroFrame = geometry.frames + 1;
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
    words[HEADER.files] = geometry.files;
    words[HEADER.maxMapCount] = geometry.maxMapCount;
    words[HEADER.sharedWords] = geometry.sharedWords ?? 0;
    words[HEADER.magic] = MAGIC;
    return km;
  }

  /**
   * Back to what `create` made, after a kernel that was torn down (`check.ts`, checkTornDown): its page
   * tables are empty then, and all other records are written before they are read.
   */
  reset(): void {
    this.words.fill(0, this.at.control, this.at.tableRecords);
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
      files: header[HEADER.files]!,
      maxMapCount: header[HEADER.maxMapCount]!,
      sharedWords: header[HEADER.sharedWords]!,
    });
  }

  mmAt(mm: number): number {
    return this.at.mms + mm * MM_WORDS;
  }

  taskAt(task: number): number {
    return this.at.tasks + task * TASK_WORDS;
  }

  fileAt(file: number): number {
    return this.at.files + file * FILE_WORDS;
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
