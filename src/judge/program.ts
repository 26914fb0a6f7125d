/**
 * A random program of memory calls as plain data: what both sides run, what is shrunk and printed.
 *
 * Places are bytes from the arena's start, so that a program does not know where its arena is; a
 * place from ABSOLUTE on is an address of its own, and NOWHERE is address 0 (mmap: no hint).
 */
import { PAGE_SIZE } from '../mm/layout.js';

export const NOWHERE = -1;
export const ABSOLUTE = 2 ** 40;
/** End of what a program can map, and lengths that fail on their way. */
export const TASK_SIZE = 2 ** 47 - PAGE_SIZE;

interface Range {
  readonly at: number;
  readonly bytes: number;
}

/** `file` is a number of `Program.files`, counted from 1; 0 is no file at all. */
export type Op =
  | ({
      readonly call: 'mmap';
      readonly prot: number;
      readonly flags: number;
      readonly file: number;
      readonly offset: number;
    } & Range)
  | ({ readonly call: 'munmap' | 'munlock' | 'mincore' } & Range)
  | ({ readonly call: 'mprotect'; readonly prot: number } & Range)
  | ({ readonly call: 'madvise'; readonly advice: number } & Range)
  | ({ readonly call: 'mlock' } & Range)
  | ({ readonly call: 'mlock2' | 'msync'; readonly flags: number } & Range)
  | ({
      readonly call: 'mremap';
      readonly newBytes: number;
      readonly flags: number;
      readonly to: number;
    } & Range)
  | {
      readonly call: 'touch';
      readonly at: number;
      readonly pages: number;
      readonly access: 'r' | 'w';
      /** Stored into the first page; the following pages get the following words. */
      readonly word: number;
    }
  | {
      readonly call: 'write';
      readonly file: number;
      readonly page: number;
      readonly word: number;
    }
  | { readonly call: 'read'; readonly file: number; readonly page: number }
  | {
      readonly call: 'punch';
      readonly file: number;
      readonly offset: number;
      readonly bytes: number;
    }
  | { readonly call: 'truncate'; readonly file: number; readonly bytes: number }
  | { readonly call: 'fsync'; readonly file: number };

export type Call = Op['call'];

export interface FileSpec {
  readonly kind: 'disk' | 'tmpfs';
  readonly bytes: number;
  readonly writable: boolean;
  /** Whether its pages are written first; else they are zero, those of tmpfs holes. */
  readonly filled: boolean;
}

export interface Program {
  readonly seed: number;
  readonly kernel: string;
  /** From which size on a munmap is large to the model. */
  readonly thresholdPages: number;
  readonly arenaPages: number;
  /** Page of the arena where one page table ends and the next begins; the arena may end before. */
  readonly tableAt: number;
  /** VMAs that the process may still make, an even number; 0: as many as it likes. */
  readonly roomVmas: number;
  /** RLIMIT_MEMLOCK in pages; 0: none. */
  readonly memlockPages: number;
  readonly files: readonly FileSpec[];
  readonly ops: readonly Op[];
}

/** How an op ended, on either side, in terms of the arena. */
export interface Answer {
  /** What the call returned; an address as bytes from the arena's start. */
  readonly result: number;
  /** Words loaded, or mincore's bytes. */
  readonly words: readonly number[];
}

/** `Answer.result` of a mapping that was placed outside the arena, and is gone again. */
export const OUTSIDE = 2 ** 50;
/** `Answer.result` of a touch that ended in a signal: SIGSEGV and SIGBUS look alike from here. */
export const SIGNAL = 2 ** 51;

export function addressOf(at: number, arena: number): number {
  if (at === NOWHERE) return 0;
  return at >= ABSOLUTE ? at : arena + at;
}
