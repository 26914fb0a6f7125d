/**
 * mmap(2) (4.17 do_mmap, mmap_region): the checks in the kernel's order, then the place
 * (`placement.ts`), then a VMA, merged with neighbours that are alike.
 */
import { EACCES, EAGAIN, EEXIST, EINVAL, ENOMEM, EOPNOTSUPP, EOVERFLOW, EPERM } from './errno.js';
import { createFile, getFile, putFile } from './file.js';
import { FILE_KIND, MM_PAGES, PAGE_SIZE, PTRS_PER_TABLE, STAT } from './layout.js';
import { mapCount, type Mm } from './mm.js';
import { MunmapRange, doMunmap } from './munmap/phases.js';
import { COST, type Cpu, type Op } from './op.js';
import { unmappedArea } from './placement.js';
import { mmPopulate } from './populate.js';
import { downWrite, upWrite } from './rwsem.js';
import { ANONYMOUS, MAP, PROT } from './uapi.js';
import { placeExtent } from './vma-edit.js';
import {
  VM_ACCOUNT,
  VM_FILE,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_MAYEXEC,
  VM_MAYREAD,
  VM_MAYSHARE,
  VM_MAYWRITE,
  VM_NOHUGEPAGE,
  VM_NORESERVE,
  VM_SHARED,
  VM_WRITE,
  endOf,
  findVma,
  nextOf,
  startOf,
} from './vma.js';

export interface MmapRequest {
  /** Hint, or the address itself with MAP_FIXED, bytes. */
  readonly address?: number;
  readonly bytes: number;
  /** PROT_*. */
  readonly prot: number;
  /** MAP_*; private anonymous memory if it is left out. */
  readonly flags?: number;
  /** What to map unless MAP_ANONYMOUS: a file (`file.ts`), and whether it is open for reading alone. */
  readonly file?: number;
  readonly readOnly?: boolean;
  /** Into the file, bytes. */
  readonly offset?: number;
}

const HUGE_BYTES = PTRS_PER_TABLE * PAGE_SIZE;
/** With MAP_HUGETLB, flags from here on are the logarithm of the page size. */
const MAP_HUGE_SHIFT = 26;
/** Longest file, bytes: MAX_LFS_FILESIZE. */
const FILE_BYTES_MAX = 2 ** 63 - PAGE_SIZE;
/** Flags that mmap knew when MAP_SHARED_VALIDATE came (LEGACY_MAP_MASK): no FIXED_NOREPLACE. */
const KNOWN_FLAGS =
  MAP.shared |
  MAP.private |
  MAP.fixed |
  MAP.anonymous |
  MAP.bit32 |
  MAP.growsDown |
  MAP.denyWrite |
  MAP.executable |
  MAP.locked |
  MAP.noReserve |
  MAP.populate |
  MAP.nonBlock |
  MAP.stack |
  MAP.hugetlb |
  (0x3f << 26) |
  MAP.uninitialized;

/** What a request amounts to once it is understood: pages [start, end) and the new VMA's flags. */
interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly file: number;
  readonly pgoff: number;
}

/**
 * PAGE_ALIGN of a length in pages: 0 also for one that wraps around 2^64. `bytes` may be any length
 * up to 2^64 that a double can hold.
 */
export function pagesOf(bytes: number): number {
  return bytes > 2 ** 64 - PAGE_SIZE ? 0 : Math.ceil(bytes / PAGE_SIZE);
}

/** The address of the new mapping in bytes, or a negated errno. */
export function* mmap(cpu: Cpu, mm: Mm, request: MmapRequest): Op<number> {
  cpu.charge(COST.syscall, 1);
  const { stats } = cpu.km;
  const refused = refusedAtOnce(request);
  if (refused < 0) {
    stats[cpu.stat + STAT.failedCalls]! += 1;
    return refused;
  }
  const shared = sharesMemory(request) ? yield* sharedMemory(cpu, request) : 0;
  if (shared < 0) {
    stats[cpu.stat + STAT.failedCalls]! += 1;
    return shared;
  }
  yield* downWrite(cpu, mm.sem);
  const address = yield* doMmap(cpu, mm, request, shared);
  yield* upWrite(cpu, mm.sem);
  if (shared !== 0) yield* putFile(cpu, shared);
  stats[cpu.stat + (address < 0 ? STAT.failedCalls : STAT.mmapCalls)]! += 1;
  if (address >= 0 && populatesAtOnce(request)) {
    yield* mmPopulate(cpu, mm, address / PAGE_SIZE, pagesOf(request.bytes));
  }
  return address;
}

/** ksys_mmap_pgoff, before mmap_sem is taken. 0 or a negated errno. */
function refusedAtOnce({ flags = ANONYMOUS, offset = 0 }: MmapRequest): number {
  if (offset % PAGE_SIZE !== 0) return -EINVAL;
  if ((flags & MAP.hugetlb) === 0) return 0;
  // No file is on hugetlbfs, and pages are of 2 MiB, whose logarithm the uppermost bits may say.
  const sizeLog = flags >>> MAP_HUGE_SHIFT;
  const isOfThisSize = sizeLog === 0 || 2 ** sizeLog === HUGE_BYTES;
  return (flags & MAP.anonymous) !== 0 && isOfThisSize ? 0 : -EINVAL;
}

/** Length of the mapping in pages, 0 when it wraps around: whole huge pages with MAP_HUGETLB. */
function lengthOf({ flags = ANONYMOUS, bytes }: MmapRequest): number {
  if ((flags & MAP.hugetlb) === 0) return pagesOf(bytes);
  return bytes > 2 ** 64 - HUGE_BYTES ? 0 : Math.ceil(bytes / HUGE_BYTES) * PTRS_PER_TABLE;
}

function populatesAtOnce({ flags = ANONYMOUS }: MmapRequest): boolean {
  if ((flags & MAP.locked) !== 0) return true;
  return (flags & (MAP.populate | MAP.nonBlock)) === MAP.populate;
}

/** Whether it is of memory that has a file nobody else can open. */
function sharesMemory({ flags = ANONYMOUS, bytes }: MmapRequest): boolean {
  const isAnonymous = (flags & MAP.anonymous) !== 0;
  const isShared = isAnonymous && (flags & MAP.typeMask) === MAP.shared;
  return isShared && (flags & MAP.hugetlb) === 0 && pagesOf(bytes) > 0;
}

/** shmem_zero_setup: what shared anonymous memory consists of, or -ENOMEM. */
function* sharedMemory(cpu: Cpu, { bytes }: MmapRequest): Op<number> {
  const file = yield* createFile(cpu, FILE_KIND.tmpfs, pagesOf(bytes) * PAGE_SIZE);
  return file === 0 ? -ENOMEM : file;
}

function* doMmap(cpu: Cpu, mm: Mm, request: MmapRequest, shared: number): Op<number> {
  const { km } = cpu;
  const { flags = ANONYMOUS } = request;
  const isHuge = (flags & MAP.hugetlb) !== 0;
  const pages = lengthOf(request);
  if (pages === 0) return request.bytes === 0 || isHuge ? -EINVAL : -ENOMEM;
  // Before any merge is considered, so that even a mapping that would merge fails.
  if (mapCount(km, mm) > km.geometry.maxMapCount) return -ENOMEM;
  const start = unmappedArea(cpu, mm, { address: request.address ?? 0, flags }, pages);
  if (start < 0) return start;
  const end = start + pages;
  if ((flags & MAP.fixedNoReplace) !== 0) {
    const above = findVma(km, mm, start);
    if (above !== 0 && startOf(km, above) < end) return -EEXIST;
  }
  const tooMuch = locksTooMuch(cpu, mm, flags, pages);
  if (tooMuch < 0) return tooMuch;
  const vmFlags = vmFlagsOf(cpu, request);
  if (vmFlags < 0) return vmFlags;
  // No huge pages are reserved here; what was mapped stays, as since 6.12.
  if (isHuge) {
    const isAligned = (request.offset ?? 0) % HUGE_BYTES === 0;
    return (flags & MAP.growsDown) !== 0 || !isAligned ? -EINVAL : -ENOMEM;
  }
  if (beyondLimit(cpu, mm, start, end)) return -ENOMEM;
  if ((flags & (MAP.fixed | MAP.fixedNoReplace)) === MAP.fixed) {
    const failed = yield* doMunmap(cpu, mm, new MunmapRange(start, end));
    if (failed < 0) return -ENOMEM;
  }
  const isFile = (flags & MAP.anonymous) === 0;
  const file = isFile ? request.file! : shared;
  const pgoff = isFile ? (request.offset ?? 0) / PAGE_SIZE : file === 0 ? start : 0;
  const linked = yield* mapRegion(cpu, mm, { start, end, flags: vmFlags, file, pgoff });
  return linked ? start * PAGE_SIZE : -ENOMEM;
}

/** can_do_mlock, mlock_future_ok: 0, -EPERM or -EAGAIN. */
function locksTooMuch(cpu: Cpu, mm: Mm, flags: number, pages: number): number {
  if ((flags & MAP.locked) === 0) return 0;
  const { memlockBytes } = cpu.rules;
  if (memlockBytes === 0) return -EPERM;
  const locked = cpu.km.stats[mm.at / 2 + MM_PAGES.locked]! + pages;
  return locked > Math.floor(memlockBytes / PAGE_SIZE) ? -EAGAIN : 0;
}

/** The VM_* flags of the new VMA, or a negated errno: type, permissions and file checks of do_mmap. */
function vmFlagsOf(cpu: Cpu, request: MmapRequest): number {
  const { flags = ANONYMOUS, prot, bytes } = request;
  const type = flags & MAP.typeMask;
  let vm = (prot & (PROT.read | PROT.write | PROT.exec)) | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
  if ((flags & MAP.growsDown) !== 0) vm |= VM_GROWSDOWN;
  if ((flags & MAP.locked) !== 0) vm |= VM_LOCKED;
  if ((flags & MAP.stack) !== 0 && cpu.rules.stackIsNoHugePage) vm |= VM_NOHUGEPAGE;
  if ((flags & MAP.noReserve) !== 0) vm |= VM_NORESERVE;
  // Anonymous huge pages are a file's.
  if ((flags & (MAP.anonymous | MAP.hugetlb)) === MAP.anonymous) {
    if (type === MAP.shared) {
      return (vm & VM_GROWSDOWN) !== 0 ? -EINVAL : vm | VM_SHARED | VM_MAYSHARE | VM_FILE;
    }
    return type === MAP.private ? vm | accountable(vm) : -EINVAL;
  }
  const offset = request.offset ?? 0;
  if (bytes > FILE_BYTES_MAX || offset > FILE_BYTES_MAX - bytes) return -EOVERFLOW;
  if (type === MAP.shared || type === MAP.sharedValidate) {
    if (type === MAP.sharedValidate && (flags & ~(KNOWN_FLAGS | type)) !== 0) return -EOPNOTSUPP;
    const readOnly = request.readOnly === true;
    if (readOnly && (prot & PROT.write) !== 0) return -EACCES;
    vm |= readOnly ? VM_MAYSHARE : VM_SHARED | VM_MAYSHARE;
    if (readOnly) vm &= ~VM_MAYWRITE;
  } else if (type !== MAP.private) {
    return -EINVAL;
  }
  if ((vm & VM_GROWSDOWN) !== 0) return -EINVAL;
  return vm | VM_FILE | accountable(vm);
}

/** accountable_mapping: private writable memory is charged unless it is not to be reserved. */
function accountable(vm: number): number {
  return (vm & (VM_NORESERVE | VM_SHARED | VM_WRITE)) === VM_WRITE ? VM_ACCOUNT : 0;
}

/** may_expand_vm: RLIMIT_AS, what the mapping replaces not counted. */
function beyondLimit(cpu: Cpu, mm: Mm, start: number, end: number): boolean {
  const { km, rules } = cpu;
  if (rules.addressSpaceBytes === Infinity) return false;
  let pages = km.stats[mm.at / 2 + MM_PAGES.total]! + (end - start);
  let vma = findVma(km, mm, start);
  for (; vma !== 0 && startOf(km, vma) < end; vma = nextOf(km, vma)) {
    pages -= Math.min(end, endOf(km, vma)) - Math.max(start, startOf(km, vma));
  }
  return pages > Math.floor(rules.addressSpaceBytes / PAGE_SIZE);
}

/** mmap_region's end; the range is free. False without a record for a VMA of its own. */
function* mapRegion(cpu: Cpu, mm: Mm, mapping: Mapping): Op<boolean> {
  const { file } = mapping;
  // Before the VMA can be found by whoever unmaps the file.
  if (file !== 0) getFile(cpu.km, file);
  const { vma, isMerged } = yield* placeExtent(cpu, mm, { ...mapping, anonVma: 0 });
  if (file !== 0 && (vma === 0 || isMerged)) yield* putFile(cpu, file);
  return vma !== 0;
}
