/** What a fault reads from a disk beside the page that it needs (do_sync_mmap_readahead). */
import { filePages } from './file.js';
import { PTRS_PER_TABLE } from './layout.js';
import type { Cpu, Op } from './op.js';
import { addPage, cachedFrame } from './page-cache.js';
import { fileIndexOf } from './rmap.js';
import {
  VM_EXEC,
  VM_HUGEPAGE,
  VM_RAND_READ,
  VM_SEQ_READ,
  endOf,
  fileOf,
  flagsOf,
  startOf,
} from './vma.js';

interface Window {
  readonly first: number;
  readonly end: number;
}

const NOTHING: Window = { first: 0, end: 0 };

/** Pages of the file that are read for its page `index`: mostly as many below it as above. */
function windowOf({ km, rules }: Cpu, vma: number, index: number): Window {
  const flags = flagsOf(km, vma);
  const pages = rules.readAheadPages;
  if ((flags & VM_HUGEPAGE) !== 0) {
    const first = index - (index % PTRS_PER_TABLE);
    const huge = (flags & VM_RAND_READ) === 0 ? 2 : 1;
    return { first, end: first + huge * PTRS_PER_TABLE };
  }
  const isCode = rules.readsCodeAhead && (flags & VM_EXEC) !== 0;
  if ((flags & VM_RAND_READ) !== 0 && !isCode) return NOTHING;
  if ((flags & VM_SEQ_READ) !== 0) return { first: index, end: index + pages };
  if (isCode) {
    const end = Math.min(index + pages, fileIndexOf(km, vma, endOf(km, vma)));
    return { first: Math.max(index, fileIndexOf(km, vma, startOf(km, vma))), end };
  }
  const first = Math.max(0, index - Math.floor(pages / 2));
  return { first, end: first + pages };
}

/** Caches it as far as there is memory. With the file's lock held. */
export function* readAround(cpu: Cpu, vma: number, index: number): Op<void> {
  const { km } = cpu;
  const file = fileOf(km, vma);
  const { first, end } = windowOf(cpu, vma, index);
  const last = Math.min(end, filePages(km, file));
  for (let near = first; near < last; near++) {
    if (cachedFrame(km, file, near) !== 0) continue;
    if ((yield* addPage(cpu, file, near)) === 0) return;
  }
}
