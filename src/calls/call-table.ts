/** The memory calls: what their parameters are, by which names strace writes them, what they return. */
import { MADV, MAP, MLOCK, MREMAP, MS, PROT } from '../mm/uapi.js';

/** Names of numbers; those joined by `|` are summed where `joins`. */
export interface Names {
  readonly of: ReadonlyMap<string, number>;
  readonly joins: boolean;
}

/** `vector` is what mincore fills in; `fd` a descriptor with its path behind it where -y was given. */
export type Parameter = 'number' | 'fd' | 'vector' | Names;

export interface CallShape {
  readonly parameters: readonly Parameter[];
  /** Parameters that strace writes only where they mean something. */
  readonly optional: number;
  /** Whether what it returns is an address, or a number. */
  readonly returns: 'address' | 'number';
}

const names = (entries: Readonly<Record<string, number>>, joins: boolean): Names => ({
  of: new Map(Object.entries(entries)),
  joins,
});

const PROT_NAMES = names(
  {
    PROT_NONE: PROT.none,
    PROT_READ: PROT.read,
    PROT_WRITE: PROT.write,
    PROT_EXEC: PROT.exec,
    PROT_SEM: 8,
    PROT_GROWSDOWN: PROT.growsDown,
    PROT_GROWSUP: PROT.growsUp,
  },
  true,
);

const MAP_NAMES = names(
  {
    MAP_FILE: 0,
    MAP_SHARED: MAP.shared,
    MAP_PRIVATE: MAP.private,
    MAP_SHARED_VALIDATE: MAP.sharedValidate,
    MAP_DROPPABLE: MAP.droppable,
    MAP_FIXED: MAP.fixed,
    MAP_ANONYMOUS: MAP.anonymous,
    MAP_ANON: MAP.anonymous,
    MAP_32BIT: MAP.bit32,
    MAP_GROWSDOWN: MAP.growsDown,
    MAP_DENYWRITE: MAP.denyWrite,
    MAP_EXECUTABLE: MAP.executable,
    MAP_LOCKED: MAP.locked,
    MAP_NORESERVE: MAP.noReserve,
    MAP_POPULATE: MAP.populate,
    MAP_NONBLOCK: MAP.nonBlock,
    MAP_STACK: MAP.stack,
    MAP_HUGETLB: MAP.hugetlb,
    MAP_SYNC: MAP.sync,
    MAP_FIXED_NOREPLACE: MAP.fixedNoReplace,
    MAP_UNINITIALIZED: MAP.uninitialized,
  },
  true,
);

const MADV_NAMES = names(
  {
    MADV_NORMAL: MADV.normal,
    MADV_RANDOM: MADV.random,
    MADV_SEQUENTIAL: MADV.sequential,
    MADV_WILLNEED: MADV.willNeed,
    MADV_DONTNEED: MADV.dontNeed,
    MADV_FREE: MADV.free,
    MADV_REMOVE: MADV.remove,
    MADV_DONTFORK: MADV.dontFork,
    MADV_DOFORK: MADV.doFork,
    MADV_MERGEABLE: MADV.mergeable,
    MADV_UNMERGEABLE: MADV.unmergeable,
    MADV_HUGEPAGE: MADV.hugePage,
    MADV_NOHUGEPAGE: MADV.noHugePage,
    MADV_DONTDUMP: MADV.dontDump,
    MADV_DODUMP: MADV.doDump,
    MADV_WIPEONFORK: MADV.wipeOnFork,
    MADV_KEEPONFORK: MADV.keepOnFork,
    MADV_COLD: MADV.cold,
    MADV_PAGEOUT: MADV.pageOut,
    MADV_POPULATE_READ: MADV.populateRead,
    MADV_POPULATE_WRITE: MADV.populateWrite,
    MADV_DONTNEED_LOCKED: MADV.dontNeedLocked,
    MADV_COLLAPSE: MADV.collapse,
    MADV_HWPOISON: 100,
    MADV_SOFT_OFFLINE: 101,
    MADV_GUARD_INSTALL: 102,
    MADV_GUARD_REMOVE: 103,
  },
  false,
);

const MREMAP_NAMES = names(
  {
    MREMAP_MAYMOVE: MREMAP.mayMove,
    MREMAP_FIXED: MREMAP.fixed,
    MREMAP_DONTUNMAP: MREMAP.dontUnmap,
  },
  true,
);

const MS_NAMES = names(
  { MS_ASYNC: MS.async, MS_INVALIDATE: MS.invalidate, MS_SYNC: MS.sync },
  true,
);

const MLOCK_NAMES = names({ MLOCK_ONFAULT: MLOCK.onFault }, true);

const shape = (
  parameters: readonly Parameter[],
  returns: CallShape['returns'] = 'number',
  optional = 0,
): CallShape => ({ parameters, optional, returns });

const RANGE = ['number', 'number'] as const;

export const CALLS = {
  mmap: shape([...RANGE, PROT_NAMES, MAP_NAMES, 'fd', 'number'], 'address'),
  munmap: shape(RANGE),
  mprotect: shape([...RANGE, PROT_NAMES]),
  mremap: shape([...RANGE, 'number', MREMAP_NAMES, 'number'], 'address', 1),
  madvise: shape([...RANGE, MADV_NAMES]),
  mlock: shape(RANGE),
  mlock2: shape([...RANGE, MLOCK_NAMES]),
  munlock: shape(RANGE),
  mincore: shape([...RANGE, 'vector']),
  msync: shape([...RANGE, MS_NAMES]),
  brk: shape(['number'], 'address'),
} as const satisfies Record<string, CallShape>;

export type CallName = keyof typeof CALLS;

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(CALLS, name);
}

/** Calls that change mappings too, but are not among those: a replay without them goes astray. */
export const UNSUPPORTED: readonly string[] = [
  'mlockall',
  'munlockall',
  'pkey_mprotect',
  'process_madvise',
  'remap_file_pages',
  'shmat',
  'shmdt',
];
