/**
 * What a process of a dynamically linked program has mapped before it does anything. exec and fork are
 * not modelled, so that whoever is about a program's own mappings makes them itself: files of the sizes
 * of shared libraries, mapped privately in the segments and in the order of the dynamic linker.
 */
import type { FileKind } from '../../mm/file.js';
import { FILE_KIND, PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import type { SystemCalls } from '../../mm/system-calls.js';
import { MAP, PROT, READ_WRITE } from '../../mm/uapi.js';

/** Pages of a library's segments, in the order of its file and of its addresses. */
interface Library {
  /** Headers, symbols and relocations: read-only. */
  readonly head: number;
  /** Executable. */
  readonly text: number;
  /** Constants: read-only. */
  readonly constants: number;
  /** Written by the linker, then made read-only (RELRO). */
  readonly relocated: number;
}

const LIBRARIES: readonly Library[] = [
  { head: 3, text: 12, constants: 4, relocated: 1 },
  { head: 8, text: 26, constants: 10, relocated: 2 },
  { head: 14, text: 50, constants: 20, relocated: 2 },
  { head: 24, text: 90, constants: 40, relocated: 4 },
  { head: 40, text: 140, constants: 80, relocated: 8 },
  { head: 60, text: 220, constants: 110, relocated: 10 },
];
export const LIBRARY_COUNT = LIBRARIES.length;

/** A mapping as a line of maps says it, bytes. */
export interface Segment {
  readonly address: number;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

/** Pages of all files, and of the private copies that a process has of some of them. */
export const LIBRARY_PAGES = LIBRARIES.reduce(
  (sum, { head, text, constants, relocated }) => ({
    files: sum.files + head + text + constants + relocated,
    copies: sum.copies + relocated,
  }),
  { files: 0, copies: 0 },
);

/** Creates the file of a library; 0 when there are too many. */
export function openLibrary(calls: SystemCalls, library: number): Op<number> {
  const { head, text, constants, relocated } = LIBRARIES[library]!;
  const pages = head + text + constants + relocated;
  const kind: FileKind = FILE_KIND.disk;
  return calls.open(kind, pages * PAGE_SIZE);
}

/**
 * Maps a library from its file: the mappings in the order of their addresses, empty when there is no
 * room. Nothing is in memory but the relocated pages, as after a fork, which copies no page table of
 * memory that only a file has; they are populated, which perf does not count.
 */
export function* mapLibrary(
  calls: SystemCalls,
  library: number,
  file: number,
): Op<readonly Segment[]> {
  const { head, text, constants, relocated } = LIBRARIES[library]!;
  const pages = head + text + constants + relocated;
  const base = yield* calls.mmap(0, pages * PAGE_SIZE, PROT.read, MAP.private, file);
  if (base < 0) return [];
  const segments: Segment[] = [];
  let offset = 0;
  const add = (segmentPages: number, isExecutable = false): Segment => {
    const segment = { address: base + offset, bytes: segmentPages * PAGE_SIZE, isExecutable };
    segments.push(segment);
    offset += segment.bytes;
    return segment;
  };
  add(head);
  const fixed = MAP.private | MAP.fixed;
  const code = add(text, true);
  yield* calls.mmap(code.address, code.bytes, PROT.read | PROT.exec, fixed, file, head * PAGE_SIZE);
  add(constants);
  const at = offset;
  const data = add(relocated);
  yield* calls.mmap(data.address, data.bytes, READ_WRITE, fixed | MAP.populate, file, at);
  yield* calls.mprotect(data.address, data.bytes, PROT.read);
  return segments;
}
