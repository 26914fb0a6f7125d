/** Judges programs in this process, one after the other: sets both sides up, compares, clears away. */
import { PAGE_SIZE, PTRS_PER_TABLE } from '../mm/layout.js';
import { ANONYMOUS, MAP, PROT } from '../mm/uapi.js';
import { differenceOf, type Difference } from './differential.js';
import type { Features } from './features.js';
import { DELETED, LinuxProcess } from './linux-process.js';
import { MemoryLimit } from './memory-limit.js';
import { modelProcess } from './model-process.js';
import type { Arena } from './perform.js';
import type { FileSpec, Program } from './program.js';
import { must, sharedMemory, stayOnThisCpu, syscall, SYS } from './syscalls.js';
import type { JudgedProcess } from './judged-process.js';
import { VmaRoom } from './vma-room.js';

/**
 * Low, so that the arena's lines are among the first of /proc/self/maps, and apart from everything
 * else. A page table ends here and the next begins.
 */
const TABLE_EDGE = 0x10_0020_0000;
const TABLE_BYTES = PTRS_PER_TABLE * PAGE_SIZE;
/** Of both tables one page is taken (holdPageTables). */
const TABLE_AT_MAX = PTRS_PER_TABLE - 1;

/** What Node itself did meanwhile, a fault say, is not seen as often as this in a row. */
const TIMES_SEEN = 3;

/** One fault of Node's own does not hide what a program shows. */
const ATTEMPTS = 2;

/** V8 makes a VMA where none was to be made in up to half of the programs that count VMAs. */
const DISTURBED_MAX = 20;

export interface JudgeOptions {
  readonly features: Features;
  readonly folders: Readonly<Record<'disk' | 'tmpfs', string>>;
}

function arenaOf({ arenaPages, tableAt }: Program): Arena {
  if (tableAt > TABLE_AT_MAX || arenaPages - tableAt > TABLE_AT_MAX) {
    throw new Error(`an arena of ${arenaPages} pages, ${tableAt} of them below a page table's end`);
  }
  const start = TABLE_EDGE - tableAt * PAGE_SIZE;
  return { start, end: start + arenaPages * PAGE_SIZE };
}

/**
 * Maps the first and the last page that the arena's page tables reach, so that there are tables. For
 * lack of one, Linux (6.17 and later) maps nothing around a fault behind the end of a file on a disk.
 */
function holdPageTables(): void {
  for (const at of [TABLE_EDGE - TABLE_BYTES, TABLE_EDGE + TABLE_BYTES - PAGE_SIZE]) {
    const flags = ANONYMOUS | MAP.fixedNoReplace;
    must(
      'mmap',
      syscall(SYS.mmap, at, PAGE_SIZE, PROT.read | PROT.write, flags | MAP.populate, -1),
    );
    // Nobody may find it: stacks keep away from what can be accessed.
    must('mprotect', syscall(SYS.mprotect, at, PAGE_SIZE, PROT.none));
  }
}

function isSame(a: Difference, b: Difference): boolean {
  return a.step === b.step && a.model === b.model && a.linux === b.linux;
}

/** What is in a file that is filled: words that no store has. */
function wordsOf(pages: number): number[] {
  return Array.from({ length: pages }, (_, page) => -1 - page);
}

export class Judge {
  readonly #options: JudgeOptions;
  readonly #limit = new MemoryLimit(sharedMemory(PAGE_SIZE));
  #room: VmaRoom | undefined;
  /** Differences that did not come again, and programs that V8 never left alone. */
  strays = 0;

  constructor(options: JudgeOptions) {
    this.#options = options;
    stayOnThisCpu();
    holdPageTables();
  }

  /** The difference that comes every time. */
  judge(program: Program): Difference | undefined {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const first = this.#judgeUndisturbed(program);
      if (first === undefined || this.#comesAgain(program, first)) return first;
    }
    this.strays++;
    return undefined;
  }

  #comesAgain(program: Program, first: Difference): boolean {
    for (let seen = 1; seen < TIMES_SEEN; seen++) {
      const again = this.#judgeUndisturbed(program);
      if (again === undefined || !isSame(first, again)) return false;
    }
    return true;
  }

  #judgeUndisturbed(program: Program): Difference | undefined {
    for (let disturbed = 0; disturbed < DISTURBED_MAX; disturbed++) {
      const found = this.#judgeOnce(program);
      if (found !== 'disturbed') return found;
    }
    this.strays++;
    return undefined;
  }

  /** What a program shows in which V8 made VMAs, too, says nothing. */
  #judgeOnce(program: Program): Difference | 'disturbed' | undefined {
    const { features } = this.#options;
    const arena = arenaOf(program);
    const linux = new LinuxProcess(arena);
    const model = modelProcess(program, features);
    const room = program.roomVmas > 0 ? this.#vmaRoom() : undefined;
    try {
      const [modelFiles, linuxFiles] = this.#openAll(program.files, [model, linux]);
      if (program.memlockPages > 0) this.#limit.leave(program.memlockPages * PAGE_SIZE);
      room?.leave(program.roomVmas);
      const { release } = features;
      const found = differenceOf(program, {
        model,
        linux,
        arena,
        modelFiles: modelFiles!,
        linuxFiles: linuxFiles!,
        release,
      });
      linux.clear();
      const isUndisturbed = room === undefined || room.measureAndSpare() === program.roomVmas;
      return isUndisturbed ? found : 'disturbed';
    } finally {
      linux.clear();
      if (program.memlockPages > 0) this.#limit.restore();
      linux.close();
    }
  }

  /** Made once: it takes a while. */
  #vmaRoom(): VmaRoom {
    return (this.#room ??= new VmaRoom(this.#options.features.maxMapCount));
  }

  /** Files that are full of zeros and in the page cache; handles from 1 on for each side. */
  #openAll(files: readonly FileSpec[], sides: readonly JudgedProcess[]): number[][] {
    const names = files.map((_, at) => `judged-${at + 1}`);
    return sides.map((side) => [
      0,
      ...files.map(({ kind, bytes, writable, filled }, at) => {
        const name = this.#nameOf(kind, names[at]!);
        const file = side.open(kind, bytes, name, writable);
        if (file <= 0) throw new Error('a file cannot be opened');
        const pages = Math.ceil(bytes / PAGE_SIZE);
        if (filled) side.writeFile(file, 0, wordsOf(pages));
        if (kind === 'disk') side.readFile(file, 0, pages);
        return file;
      }),
    ]);
  }

  #nameOf(kind: FileSpec['kind'], name: string): string {
    return `${this.#options.folders[kind]}/${name}${DELETED}`;
  }
}
