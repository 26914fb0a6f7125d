/** Advices about the pages of a VMA, under mmap_sem for read (mm/madvise.c). */
import { EACCES, EINVAL } from './errno.js';
import { PTRS_PER_TABLE } from './layout.js';
import { dropLazilyFreed, freeLazily } from './lazy-free.js';
import { pageOut, punchHole, readAhead } from './file-io.js';
import { getFile, putFile } from './file.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { zapRange } from './page-table.js';
import { fileIndexOf } from './rmap.js';
import { downRead, upRead } from './rwsem.js';
import { flushAndFree } from './tlb.js';
import { MADV } from './uapi.js';
import {
  VM_HUGETLB,
  VM_LOCKED,
  VM_MAYWRITE,
  VM_PFNMAP,
  VM_SHARED,
  endOf,
  fileOf,
  flagsOf,
  startOf,
} from './vma.js';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What an advice does to the pages [start, end) of one VMA: 0 or a negated errno. */
type Effect = (cpu: Cpu, mm: Mm, vma: number, part: Range) => Op<number>;

interface PageAdvice {
  /** VMAs with one of these flags refuse it. */
  readonly refusedBy: number;
  readonly effect: Effect;
}

function* nothing(): Op<number> {
  yield* [];
  return 0;
}

function* dontNeed(cpu: Cpu, mm: Mm, _vma: number, part: Range): Op<number> {
  yield* zapRange(cpu, mm, part.start, part.end);
  yield* flushAndFree(cpu, mm);
  return 0;
}

function* free(cpu: Cpu, mm: Mm, vma: number, part: Range): Op<number> {
  if (fileOf(cpu.km, vma) !== 0) return -EINVAL;
  yield* freeLazily(cpu, mm, part.start, part.end);
  return 0;
}

/**
 * A hole in the file, whoever maps it. mmap_sem is let go meanwhile: the VMA may be gone afterwards, and
 * whoever walks the range looks for the next one by address.
 */
function* remove(cpu: Cpu, mm: Mm, vma: number, part: Range): Op<number> {
  const { km } = cpu;
  const file = fileOf(km, vma);
  if (file === 0) return -EINVAL;
  const shared = VM_SHARED | VM_MAYWRITE;
  if ((flagsOf(km, vma) & shared) !== shared) return -EACCES;
  const first = fileIndexOf(km, vma, part.start);
  getFile(km, file);
  yield* upRead(cpu, mm.sem);
  yield* punchHole(cpu, file, first, first + (part.end - part.start));
  yield* putFile(cpu, file);
  yield* downRead(cpu, mm.sem);
  return 0;
}

function* willNeed(cpu: Cpu, _mm: Mm, vma: number, part: Range): Op<number> {
  const file = fileOf(cpu.km, vma);
  if (file === 0) return 0;
  const first = fileIndexOf(cpu.km, vma, part.start);
  yield* readAhead(cpu, file, first, first + (part.end - part.start));
  return 0;
}

/** Without swap, anonymous pages have nowhere to go, unless nobody needs them. */
function* reclaim(cpu: Cpu, mm: Mm, vma: number, part: Range): Op<number> {
  if (fileOf(cpu.km, vma) !== 0) yield* pageOut(cpu, vma, part.start, part.end);
  else yield* dropLazilyFreed(cpu, mm, part.start, part.end);
  return 0;
}

/**
 * A huge page of what is there, at once. VMAs without room for one refuse; what is in no aligned 2 MiB
 * of the range is left alone. Of what could be one none is made here: that is khugepaged's work.
 */
function* collapse(cpu: Cpu, _mm: Mm, vma: number, part: Range): Op<number> {
  yield* [];
  const hasRoom = hugeParts(startOf(cpu.km, vma), endOf(cpu.km, vma)) > 0;
  return hasRoom && hugeParts(part.start, part.end) <= 0 ? 0 : -EINVAL;
}

/** How many aligned 2 MiB lie in [start, end). */
function hugeParts(start: number, end: number): number {
  return Math.floor(end / PTRS_PER_TABLE) - Math.ceil(start / PTRS_PER_TABLE);
}

const UNRECLAIMABLE = VM_LOCKED | VM_PFNMAP | VM_HUGETLB;

const ADVICES: Readonly<Record<number, PageAdvice>> = {
  [MADV.willNeed]: { refusedBy: 0, effect: willNeed },
  [MADV.dontNeed]: { refusedBy: VM_LOCKED | VM_PFNMAP, effect: dontNeed },
  [MADV.dontNeedLocked]: { refusedBy: VM_PFNMAP, effect: dontNeed },
  [MADV.free]: { refusedBy: VM_LOCKED | VM_PFNMAP, effect: free },
  [MADV.remove]: { refusedBy: VM_LOCKED, effect: remove },
  [MADV.cold]: { refusedBy: UNRECLAIMABLE, effect: nothing },
  [MADV.pageOut]: { refusedBy: UNRECLAIMABLE, effect: reclaim },
  [MADV.collapse]: { refusedBy: 0, effect: collapse },
};

export function changesPages(advice: number): boolean {
  return ADVICES[advice] !== undefined;
}

/** Takes an advice that `changesPages` for a part of one VMA: 0 or a negated errno. */
export function* advisePages(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  part: Range,
  advice: number,
): Op<number> {
  const { refusedBy, effect } = ADVICES[advice]!;
  if ((flagsOf(cpu.km, vma) & refusedBy) !== 0) return -EINVAL;
  return yield* effect(cpu, mm, vma, part);
}
