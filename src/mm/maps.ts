/** What /proc/PID/maps says of an address space (4.17 show_map_vma), and reading it as a task does. */
import type { KernelMemory } from './kernel-memory.js';
import { MM_PAGES, PAGE_SIZE } from './layout.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { downRead, upRead } from './rwsem.js';
import {
  VM_EXEC,
  VM_MAYSHARE,
  VM_READ,
  VM_WRITE,
  endOf,
  fileOf,
  findVma,
  flagsOf,
  nextOf,
  pgoffOf,
  startOf,
} from './vma.js';

/** One line of maps; addresses and offset in bytes. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** `rw-p` */
  readonly permissions: string;
  /** Into the file; 0 of private anonymous memory. */
  readonly offset: number;
  /** The file's handle, 0 if there is none. */
  readonly file: number;
  /** A file's name as the caller knows it, `[heap]`, or empty. */
  readonly name: string;
}

/** What files are called in maps. */
export type FileName = (file: number) => string;

const SHARED_ANONYMOUS: FileName = () => '/dev/zero (deleted)';

/** Lowest first. With mmap_sem in either mode, or at rest. */
export function mappingsOf(
  km: KernelMemory,
  mm: Mm,
  nameOf: FileName = SHARED_ANONYMOUS,
): Mapping[] {
  const found: Mapping[] = [];
  for (let vma = findVma(km, mm, 0); vma !== 0; vma = nextOf(km, vma)) {
    found.push(mappingOf(km, mm, vma, nameOf));
  }
  return found;
}

/** The line of one VMA. */
export function mappingOf(
  km: KernelMemory,
  mm: Mm,
  vma: number,
  nameOf: FileName = SHARED_ANONYMOUS,
): Mapping {
  const file = fileOf(km, vma);
  const [start, end] = [startOf(km, vma) * PAGE_SIZE, endOf(km, vma) * PAGE_SIZE];
  const offset = file === 0 ? 0 : pgoffOf(km, vma) * PAGE_SIZE;
  const heapStart = km.stats[mm.at / 2 + MM_PAGES.brkStart]!;
  const heapEnd = km.stats[mm.at / 2 + MM_PAGES.brk]!;
  const isHeap = file === 0 && start <= heapEnd && end >= heapStart && heapEnd > heapStart;
  const name = file === 0 ? (isHeap ? '[heap]' : '') : nameOf(file);
  return { start, end, permissions: permissionsOf(flagsOf(km, vma)), offset, file, name };
}

function permissionsOf(flags: number): string {
  const letter = (flag: number, is: string): string => ((flags & flag) !== 0 ? is : '-');
  const shared = (flags & VM_MAYSHARE) !== 0 ? 's' : 'p';
  return letter(VM_READ, 'r') + letter(VM_WRITE, 'w') + letter(VM_EXEC, 'x') + shared;
}

/** Column at which maps begins a name, counted in characters. */
const NAME_COLUMN = 73;

/** The mappings as /proc/PID/maps prints them, a line each. */
export function mapsText(mappings: readonly Mapping[]): string {
  return mappings.map((mapping) => `${mapsLine(mapping)}\n`).join('');
}

/** A line as /proc/PID/maps prints it, without its end. */
export function mapsLine({ start, end, permissions, offset, file, name }: Mapping): string {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  // One device for all files, and the handle for the inode.
  const device = file === 0 ? '00:00' : '00:01';
  const line = `${hex(start)}-${hex(end)} ${permissions} ${hex(offset)} ${device} ${file} `;
  return name === '' ? line : line.padEnd(NAME_COLUMN) + name;
}

/** Bytes of text that one read of a file in /proc gives at most: a page. */
const READ_BYTES = PAGE_SIZE;

/** A task that reads maps from start to end. Returns the number of VMAs it saw; the text is thrown away. */
export function* readMaps(cpu: Cpu, mm: Mm): Op<number> {
  const { km } = cpu;
  return yield* readVmas(cpu, mm, (vma) => mapsLine(mappingOf(km, mm, vma)));
}

/**
 * A task that reads a file in /proc with some lines of text per VMA, page by page, mmap_sem held for read
 * during each (m_start to m_stop of a seq_file). What does not fit into the rest of a page is for the
 * next one. Returns the number of VMAs it saw.
 */
export function* readVmas(cpu: Cpu, mm: Mm, show: (vma: number) => string): Op<number> {
  const { km } = cpu;
  let page = 0;
  let seen = 0;
  for (let isDone = false; !isDone;) {
    cpu.charge(COST.syscall, 1);
    yield* downRead(cpu, mm.sem);
    let bytes = 0;
    for (;;) {
      const vma = findVma(km, mm, page);
      isDone = vma === 0;
      if (isDone) break;
      const length = show(vma).length + 1;
      if (bytes > 0 && bytes + length > READ_BYTES) break;
      bytes += length;
      seen += 1;
      page = endOf(km, vma);
      if (cpu.mustYield()) yield STOP.step;
    }
    yield* upRead(cpu, mm.sem);
  }
  return seen;
}
