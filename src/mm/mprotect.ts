/** mprotect(2) (4.17 do_mprotect_pkey, mprotect_fixup, change_protection). */
import { EACCES, EINVAL, ENOMEM } from './errno.js';
import { PAGE_SIZE, STAT } from './layout.js';
import type { Mm } from './mm.js';
import { pagesOf } from './mmap.js';
import { COST, type Cpu, type Op } from './op.js';
import { populateVma } from './populate.js';
import { changeProtection } from './protection.js';
import { downWrite, upWrite } from './rwsem.js';
import { PROT } from './uapi.js';
import { modifyVma } from './vma-edit.js';
import {
  VM_ACCESS_FLAGS,
  VM_ACCOUNT,
  VM_GROWSDOWN,
  VM_HUGETLB,
  VM_LOCKED,
  VM_NORESERVE,
  VM_SHARED,
  VM_WRITE,
  anonVmaOf,
  endOf,
  fileOf,
  findVma,
  flagsOf,
  startOf,
} from './vma.js';

const GROWS = PROT.growsDown | PROT.growsUp;
const KNOWN = PROT.read | PROT.write | PROT.exec | PROT.sem;

/** 0 or a negated errno; VMAs below the one that failed keep their new permissions. */
export function* mprotect(
  cpu: Cpu,
  mm: Mm,
  address: number,
  bytes: number,
  prot: number,
): Op<number> {
  cpu.charge(COST.syscall, 1);
  const result = yield* doMprotect(cpu, mm, address, bytes, prot);
  if (result < 0) cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return result;
}

function* doMprotect(cpu: Cpu, mm: Mm, address: number, bytes: number, prot: number): Op<number> {
  const grows = prot & GROWS;
  if (grows === GROWS || address % PAGE_SIZE !== 0) return -EINVAL;
  if (bytes === 0) return 0;
  const pages = pagesOf(bytes);
  const start = address / PAGE_SIZE;
  if (pages === 0 || address + pages * PAGE_SIZE >= 2 ** 64) return -ENOMEM;
  if ((prot & ~GROWS & ~KNOWN) !== 0) return -EINVAL;
  yield* downWrite(cpu, mm.sem);
  const result = yield* protectRange(cpu, mm, { start, end: start + pages }, prot);
  yield* upWrite(cpu, mm.sem);
  return result;
}

function* protectRange(
  cpu: Cpu,
  mm: Mm,
  range: { readonly start: number; readonly end: number },
  prot: number,
): Op<number> {
  const { km } = cpu;
  let { start } = range;
  let vma = findVma(km, mm, start);
  if (vma === 0) return -ENOMEM;
  if ((prot & PROT.growsDown) !== 0) {
    if (startOf(km, vma) >= range.end) return -ENOMEM;
    start = startOf(km, vma);
    if ((flagsOf(km, vma) & VM_GROWSDOWN) === 0) return -EINVAL;
  } else {
    if (startOf(km, vma) > start) return -ENOMEM;
    // No VMA grows upwards on this machine.
    if ((prot & PROT.growsUp) !== 0) return -EINVAL;
  }
  for (let page = start; page < range.end;) {
    vma = findVma(km, mm, page);
    if (vma === 0 || startOf(km, vma) > page) return -ENOMEM;
    const flags = (flagsOf(km, vma) & ~VM_ACCESS_FLAGS) | (prot & VM_ACCESS_FLAGS);
    // The MAY bits lie four above.
    if ((flags & ~(flags >> 4) & VM_ACCESS_FLAGS) !== 0) return -EACCES;
    const end = Math.min(endOf(km, vma), range.end);
    const failed = yield* fixup(cpu, mm, vma, { start: page, end }, flags);
    if (failed < 0) return failed;
    page = end;
  }
  return 0;
}

/** mprotect_fixup: other permissions for part of a VMA and the pages that are present in it. */
function* fixup(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  part: { readonly start: number; readonly end: number },
  wanted: number,
): Op<number> {
  const before = flagsOf(cpu.km, vma);
  if (wanted === before) return 0;
  const flags = accounted(cpu, vma, before, wanted);
  const modified = yield* modifyVma(cpu, mm, vma, part, flags);
  if (modified < 0) return modified;
  yield* changeProtection(cpu, mm, modified, part.start, part.end);
  // Locked private memory that can be written for the first time is copied at once.
  const wasReadOnly = (before & (VM_WRITE | VM_SHARED | VM_LOCKED)) === VM_LOCKED;
  if (wasReadOnly && (flags & VM_WRITE) !== 0) {
    yield* populateVma(cpu, mm, modified, part.start, part.end);
  }
  return 0;
}

/** The charge that a private mapping gets when it can be written, and keeps once it was. */
function accounted(cpu: Cpu, vma: number, before: number, wanted: number): number {
  const { km } = cpu;
  if ((wanted & VM_WRITE) !== 0) {
    const exempt = VM_ACCOUNT | VM_WRITE | VM_HUGETLB | VM_SHARED | VM_NORESERVE;
    return (before & exempt) === 0 ? wanted | VM_ACCOUNT : wanted;
  }
  const untouched = fileOf(km, vma) === 0 && anonVmaOf(km, vma) === 0;
  return cpu.rules.mprotectUncharges && untouched ? wanted & ~VM_ACCOUNT : wanted;
}
