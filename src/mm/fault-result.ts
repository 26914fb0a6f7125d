/** What a page fault is asked for, and how it ends. */
import { assert } from '../util/assert.js';
import { PTE } from './layout.js';
import { VM_READ, VM_WRITE } from './vma.js';

/** What an access needs of the VMA; the same bits in a PTE let it through without a trap. */
export const ACCESS = { load: VM_READ, store: VM_WRITE } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];
assert(PTE.present === VM_READ && PTE.write === VM_WRITE, 'PTE and VMA bits have parted ways');

/**
 * How a fault ends. What comes after outOfMemory needs work that may stop: finishFault does it. `other`
 * is everything but the first store to private anonymous memory, and loads of it.
 *
 * `retry` is an end of finishFault alone (VM_FAULT_RETRY): the page was read from a disk, and mmap_sem
 * let go for that. Nothing that was looked up holds any longer; the caller takes mmap_sem again and
 * makes a second attempt, which keeps it.
 */
export const FAULT = {
  done: 0,
  /** Done, after reading a disk. */
  doneMajor: 1,
  sigsegv: 2,
  sigbus: 3,
  outOfMemory: 4,
  needsFrame: 5,
  needsTable: 6,
  other: 7,
  retry: 8,
} as const;
export type FaultResult = (typeof FAULT)[keyof typeof FAULT];

/** si_code of a SIGSEGV: nothing is mapped there, or not for this access. */
export const SEGV = { mapError: 1, accessError: 2 } as const;
