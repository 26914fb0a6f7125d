/**
 * What differs between Linux versions and settings in how an address space behaves, as data. The
 * locks are not in here: those are the kernel's that is compared (`kernels.ts`).
 */
import { MADV, MREMAP } from './uapi.js';

/** `/sys/kernel/mm/transparent_hugepage/enabled`. */
export type ThpMode = 'never' | 'madvise' | 'always';

export interface KernelRules {
  /** The version whose ways these are, for reports. */
  readonly linux: string;
  readonly thp: ThpMode;
  /** Highest advice that madvise knows; lower numbers that were never given out are no advice. */
  readonly adviceMax: number;
  /**
   * Whether mprotect gives write permission back to pages at once when nobody else can have them
   * (5.19, can_change_pte_writable); if not, each takes one more fault.
   */
  readonly mprotectRestoresWrite: boolean;
  /** Whether MAP_STACK says no to huge pages (6.7), which also keeps VMAs apart. */
  readonly stackIsNoHugePage: boolean;
  /** Whether mprotect takes back the charge of memory that was never written (6.6). */
  readonly mprotectUncharges: boolean;
  /** Whether a stack grows under mmap_sem for write (6.5, expand_stack_locked), not for read. */
  readonly growsStackForWrite: boolean;
  /** Whether mremap may move several VMAs at once that change no size (6.17). */
  readonly mremapMovesMany: boolean;
  /** Flags that mremap knows (MREMAP_DONTUNMAP: 5.7). */
  readonly mremapFlags: number;
  /** Pages that one read fault of a file maps if they are cached (fault_around_bytes). */
  readonly faultAroundPages: number;
  /** Pages that a fault reads from a disk at a time, those around its own (read_ahead_kb). */
  readonly readAheadPages: number;
  /** Whether for an executable mapping it reads from the page on, and no further than the VMA (6.17). */
  readonly readsCodeAhead: boolean;
  /** RLIMIT_MEMLOCK, RLIMIT_AS, RLIMIT_STACK in bytes; Infinity without a limit. */
  readonly memlockBytes: number;
  readonly addressSpaceBytes: number;
  readonly stackBytes: number;
}

const LIMITS = {
  memlockBytes: Infinity,
  addressSpaceBytes: Infinity,
  stackBytes: 8 * 2 ** 20,
} as const;

const CURRENT: KernelRules = {
  linux: '6.18',
  thp: 'madvise',
  adviceMax: MADV.collapse,
  mprotectRestoresWrite: true,
  stackIsNoHugePage: true,
  mprotectUncharges: true,
  growsStackForWrite: true,
  mremapMovesMany: true,
  mremapFlags: MREMAP.mayMove | MREMAP.fixed | MREMAP.dontUnmap,
  faultAroundPages: 16,
  readAheadPages: 32,
  readsCodeAhead: true,
  ...LIMITS,
};

const LINUX_4_17: KernelRules = {
  linux: '4.17',
  thp: 'madvise',
  adviceMax: MADV.keepOnFork,
  mprotectRestoresWrite: false,
  stackIsNoHugePage: false,
  mprotectUncharges: false,
  growsStackForWrite: false,
  mremapMovesMany: false,
  mremapFlags: MREMAP.mayMove | MREMAP.fixed,
  faultAroundPages: 16,
  readAheadPages: 32,
  readsCodeAhead: false,
  ...LIMITS,
};

const ALL: readonly KernelRules[] = [CURRENT, LINUX_4_17];

export const DEFAULT_RULES = CURRENT;

/** The versions that `rulesOf` knows, the default first. */
export function linuxVersions(): string[] {
  return ALL.map((rules) => rules.linux);
}

/** Throws for a version that is not in linuxVersions(). */
export function rulesOf(linux: string): KernelRules {
  const rules = ALL.find((candidate) => candidate.linux === linux);
  if (rules === undefined) throw new Error(`no rules of Linux ${linux}`);
  return rules;
}
