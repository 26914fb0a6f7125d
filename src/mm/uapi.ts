/**
 * Numbers of the interface between programs and the kernel, x86-64 (the uapi headers mman-common.h,
 * mman.h, madvise): what the calls of `mmap.ts`, `mprotect.ts` and their like take.
 */

/** The same bits as VM_READ, VM_WRITE, VM_EXEC. */
export const PROT = {
  none: 0,
  read: 1,
  write: 2,
  exec: 4,
  sem: 8,
  growsDown: 0x0100_0000,
  growsUp: 0x0200_0000,
} as const;

export const MAP = {
  shared: 0x01,
  private: 0x02,
  sharedValidate: 0x03,
  droppable: 0x08,
  typeMask: 0x0f,
  fixed: 0x10,
  anonymous: 0x20,
  bit32: 0x40,
  growsDown: 0x0100,
  denyWrite: 0x0800,
  executable: 0x1000,
  locked: 0x2000,
  noReserve: 0x4000,
  populate: 0x8000,
  nonBlock: 0x1_0000,
  stack: 0x2_0000,
  hugetlb: 0x4_0000,
  sync: 0x8_0000,
  fixedNoReplace: 0x10_0000,
  uninitialized: 0x400_0000,
} as const;

/** MAP_PRIVATE | MAP_ANONYMOUS: what most callers map. */
export const ANONYMOUS = MAP.private | MAP.anonymous;

/** PROT_READ | PROT_WRITE. */
export const READ_WRITE = PROT.read | PROT.write;

export const MADV = {
  normal: 0,
  random: 1,
  sequential: 2,
  willNeed: 3,
  dontNeed: 4,
  free: 8,
  remove: 9,
  dontFork: 10,
  doFork: 11,
  mergeable: 12,
  unmergeable: 13,
  hugePage: 14,
  noHugePage: 15,
  dontDump: 16,
  doDump: 17,
  wipeOnFork: 18,
  keepOnFork: 19,
  cold: 20,
  pageOut: 21,
  populateRead: 22,
  populateWrite: 23,
  dontNeedLocked: 24,
  collapse: 25,
} as const;

export const MREMAP = { mayMove: 1, fixed: 2, dontUnmap: 4 } as const;

export const MS = { async: 1, invalidate: 2, sync: 4 } as const;

export const MLOCK = { onFault: 1 } as const;
