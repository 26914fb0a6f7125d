/** mlock(2), mlock2(2), munlock(2) (mm/mlock.c: do_mlock, apply_vma_lock_flags, mlock_fixup). */
import { EAGAIN, EFAULT, EINVAL, ENOMEM, EPERM } from './errno.js';
import { MM_PAGES, PAGE_SIZE, STAT } from './layout.js';
import { HIGHEST_PAGE, type Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { mmPopulate } from './populate.js';
import { downWrite, upWrite } from './rwsem.js';
import { MLOCK } from './uapi.js';
import { modifyVma } from './vma-edit.js';
import {
  VM_HUGETLB,
  VM_LOCKED,
  VM_LOCKONFAULT,
  VM_SPECIAL,
  endOf,
  findVma,
  flagsOf,
  nextOf,
  startOf,
} from './vma.js';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Locks and populates. 0 or a negated errno; what lies below the place of an error stays locked. */
export function* mlock(cpu: Cpu, mm: Mm, address: number, bytes: number, flags = 0): Op<number> {
  cpu.charge(COST.syscall, 1);
  const result = yield* doMlock(cpu, mm, address, bytes, flags);
  if (result < 0) cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return result;
}

export function* munlock(cpu: Cpu, mm: Mm, address: number, bytes: number): Op<number> {
  cpu.charge(COST.syscall, 1);
  const range = rangeOf(address, bytes);
  yield* downWrite(cpu, mm.sem);
  const result = yield* applyLockFlags(cpu, mm, range, 0);
  yield* upWrite(cpu, mm.sem);
  if (result < 0) cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return result;
}

function* doMlock(cpu: Cpu, mm: Mm, address: number, bytes: number, flags: number): Op<number> {
  const { memlockBytes } = cpu.rules;
  if ((flags & ~MLOCK.onFault) !== 0) return -EINVAL;
  if (memlockBytes === 0) return -EPERM;
  const range = rangeOf(address, bytes);
  yield* downWrite(cpu, mm.sem);
  const result = withinLimit(cpu, mm, range)
    ? yield* applyLockFlags(cpu, mm, range, flags === 0 ? VM_LOCKED : VM_LOCKED | VM_LOCKONFAULT)
    : -ENOMEM;
  yield* upWrite(cpu, mm.sem);
  if (result < 0) return result;
  const failed = yield* mmPopulate(cpu, mm, range.start, range.end - range.start, true);
  // __mlock_posix_error_return
  if (failed === -EFAULT) return -ENOMEM;
  return failed === -ENOMEM ? -EAGAIN : failed;
}

/** The pages that a range of bytes touches; `end` may wrap around and lie below `start`. */
function rangeOf(address: number, bytes: number): Range {
  const start = Math.floor(address / PAGE_SIZE);
  const end = start + Math.ceil((bytes + (address % PAGE_SIZE)) / PAGE_SIZE);
  return { start, end: end >= 2 ** 52 ? end - 2 ** 52 : end };
}

/** RLIMIT_MEMLOCK; pages that are locked already count once. */
function withinLimit(cpu: Cpu, mm: Mm, range: Range): boolean {
  const { km, rules } = cpu;
  if (rules.memlockBytes === Infinity) return true;
  // What wraps around is too much before it is an error of its own.
  const wanted = range.end < range.start ? 2 ** 52 : range.end - range.start;
  let pages = km.stats[mm.at / 2 + MM_PAGES.locked]! + wanted;
  let vma = findVma(km, mm, range.start);
  for (; vma !== 0 && startOf(km, vma) < range.end; vma = nextOf(km, vma)) {
    if ((flagsOf(km, vma) & VM_LOCKED) === 0) continue;
    pages -= Math.min(range.end, endOf(km, vma)) - Math.max(range.start, startOf(km, vma));
  }
  return pages <= Math.floor(rules.memlockBytes / PAGE_SIZE);
}

/** apply_vma_lock_flags: `locked` for every VMA of the range, up to the first hole. */
function* applyLockFlags(cpu: Cpu, mm: Mm, range: Range, locked: number): Op<number> {
  const { km } = cpu;
  if (range.end < range.start) return -EINVAL;
  if (range.end > HIGHEST_PAGE) return -ENOMEM;
  for (let page = range.start; page < range.end;) {
    const vma = findVma(km, mm, page);
    if (vma === 0 || startOf(km, vma) > page) return -ENOMEM;
    const end = Math.min(endOf(km, vma), range.end);
    const before = flagsOf(km, vma);
    const flags = (before & ~(VM_LOCKED | VM_LOCKONFAULT)) | locked;
    // Special VMAs are never locked; they are passed over without a word.
    if (flags !== before && (before & (VM_SPECIAL | VM_HUGETLB)) === 0) {
      const modified = yield* modifyVma(cpu, mm, vma, { start: page, end }, flags);
      if (modified < 0) return modified;
    }
    page = end;
  }
  return 0;
}
