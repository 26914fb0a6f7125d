/** mincore(2) (mm/mincore.c). */
import { EINVAL, ENOMEM } from './errno.js';
import { lockFile, unlockFile } from './file.js';
import type { KernelMemory } from './kernel-memory.js';
import { PAGE_SIZE, STAT } from './layout.js';
import { TASK_SIZE_PAGES, type Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { cachedFrame } from './page-cache.js';
import { pteAt } from './page-table.js';
import { fileIndexOf } from './rmap.js';
import { downRead, upRead } from './rwsem.js';
import { endOf, fileOf, findVma, startOf } from './vma.js';

/** Pages that one hold of mmap_sem looks at: a page of answers. */
const BATCH_PAGES = PAGE_SIZE;

/**
 * Writes one byte per page of the range to `vec`, 1 for a page that is in memory, mapped here or in
 * its file's cache. 0 or a negated errno; -ENOMEM at a hole, after what lies below it.
 */
export function* mincore(
  cpu: Cpu,
  mm: Mm,
  address: number,
  bytes: number,
  vec: Uint8Array,
): Op<number> {
  cpu.charge(COST.syscall, 1);
  const result = yield* doMincore(cpu, mm, address, bytes, vec);
  if (result < 0) cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return result;
}

function* doMincore(cpu: Cpu, mm: Mm, address: number, bytes: number, vec: Uint8Array): Op<number> {
  if (address % PAGE_SIZE !== 0) return -EINVAL;
  if (address + bytes > TASK_SIZE_PAGES * PAGE_SIZE) return -ENOMEM;
  const start = address / PAGE_SIZE;
  const end = start + Math.ceil(bytes / PAGE_SIZE);
  let hole = 0;
  for (let page = start; page < end && hole === 0;) {
    yield* downRead(cpu, mm.sem);
    const until = Math.min(end, page + BATCH_PAGES);
    const looked = yield* lookAt(cpu, mm, page, until, vec.subarray(page - start));
    yield* upRead(cpu, mm.sem);
    if (looked < until - page) hole = -ENOMEM;
    page += looked;
  }
  return hole;
}

/** A page that mprotect has taken all permissions from is in memory all the same. */
function isMapped(km: KernelMemory, root: number, page: number): boolean {
  return pteAt(km, root, page) !== 0;
}

/** How many pages it got through before a hole, with mmap_sem held. */
function* lookAt(cpu: Cpu, mm: Mm, first: number, end: number, vec: Uint8Array): Op<number> {
  const { km } = cpu;
  let page = first;
  while (page < end) {
    const vma = findVma(km, mm, page);
    if (vma === 0 || startOf(km, vma) > page) break;
    const file = fileOf(km, vma);
    const vmaEnd = Math.min(end, endOf(km, vma));
    if (file !== 0) yield* lockFile(cpu, file);
    for (; page < vmaEnd; page++) {
      const cached = file !== 0 && cachedFrame(km, file, fileIndexOf(km, vma, page)) !== 0;
      vec[page - first] = cached || isMapped(km, mm.root, page) ? 1 : 0;
    }
    if (file !== 0) unlockFile(cpu, file);
  }
  return page - first;
}
