/** msync(2) (mm/msync.c). */
import { EBUSY, EINVAL, ENOMEM } from './errno.js';
import { syncFile } from './file-io.js';
import { getFile, putFile } from './file.js';
import { PAGE_SIZE, STAT } from './layout.js';
import type { Mm } from './mm.js';
import { pagesOf } from './mmap.js';
import { COST, type Cpu, type Op } from './op.js';
import { fileIndexOf } from './rmap.js';
import { downRead, upRead } from './rwsem.js';
import { MS } from './uapi.js';
import { VM_LOCKED, VM_SHARED, endOf, fileOf, findVma, flagsOf, startOf } from './vma.js';

/** 0 or a negated errno. MS_ASYNC does nothing but look for holes: the pages are known to be dirty. */
export function* msync(
  cpu: Cpu,
  mm: Mm,
  address: number,
  bytes: number,
  flags: number,
): Op<number> {
  cpu.charge(COST.syscall, 1);
  const result = yield* doMsync(cpu, mm, { address, bytes }, flags);
  if (result < 0) cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return result;
}

function* doMsync(
  cpu: Cpu,
  mm: Mm,
  { address, bytes }: { readonly address: number; readonly bytes: number },
  flags: number,
): Op<number> {
  const both = MS.async | MS.sync;
  if ((flags & ~(both | MS.invalidate)) !== 0 || (flags & both) === both) return -EINVAL;
  if (address % PAGE_SIZE !== 0) return -EINVAL;
  const pages = pagesOf(bytes);
  if (address + pages * PAGE_SIZE >= 2 ** 64) return -ENOMEM;
  if (pages === 0) return 0;
  const { km } = cpu;
  const end = address / PAGE_SIZE + pages;
  let hole = 0;
  for (let page = address / PAGE_SIZE; page < end;) {
    yield* downRead(cpu, mm.sem);
    const vma = findVma(km, mm, page);
    let failed = vma === 0 ? -ENOMEM : 0;
    if (vma !== 0 && startOf(km, vma) > page) {
      hole = -ENOMEM;
      page = startOf(km, vma);
      if (page >= end || flags === MS.async) failed = -ENOMEM;
    }
    if (failed === 0 && (flags & MS.invalidate) !== 0 && (flagsOf(km, vma) & VM_LOCKED) !== 0) {
      failed = -EBUSY;
    }
    if (failed < 0) {
      yield* upRead(cpu, mm.sem);
      return failed;
    }
    const until = Math.min(end, endOf(km, vma));
    const syncs = (flags & MS.sync) !== 0 && (flagsOf(km, vma) & VM_SHARED) !== 0;
    const lost = yield* leaveAndSync(cpu, mm, syncs ? fileOf(km, vma) : 0, {
      first: fileIndexOf(km, vma, page),
      pages: until - page,
    });
    if (lost < 0) return lost;
    page = until;
  }
  return hole;
}

/** mmap_sem is let go before the file is written: that takes as long as it takes. */
function* leaveAndSync(
  cpu: Cpu,
  mm: Mm,
  file: number,
  { first, pages }: { readonly first: number; readonly pages: number },
): Op<number> {
  if (file !== 0) getFile(cpu.km, file);
  yield* upRead(cpu, mm.sem);
  if (file === 0) return 0;
  const written = yield* syncFile(cpu, file, first, first + pages);
  yield* putFile(cpu, file);
  return Math.min(written, 0);
}
