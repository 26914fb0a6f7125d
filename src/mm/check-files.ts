/** The file half of `check.ts`: records, page caches, trees of mappings, and the PTEs of cached pages. */
import type { KernelMemory } from './kernel-memory.js';
import {
  FILE,
  FILE_KIND,
  FRAME,
  FRAME_CACHED,
  FRAME_DIRTY,
  FRAME_WORDS,
  POOL,
  PTE,
  PTRS_PER_TABLE,
  VMA,
  VMA_WORDS,
} from './layout.js';
import { mappingsOfFile } from './file-mappings.js';
import { filePages } from './file.js';
import { cachedFrame } from './page-cache.js';
import { Mm } from './mm.js';
import { VM_SHARED, endOf, fileOf, findVma, flagsOf, nextOf, pgoffOf, startOf } from './vma.js';

type Claim = (holds: boolean, otherwise: () => string) => void;

export interface FilesFound {
  /** Tables of all caches and disks. */
  readonly tables: number;
  /** 1 for each frame that is in a cache. */
  readonly cached: Uint8Array;
}

/**
 * Every file ever used is free and empty, or has a cache whose pages are before its end, each in one
 * cache once, and a tree of exactly the VMAs that map it, which are no more than refer to it.
 * `frames` is how many frames have ever been used, plus 1.
 */
export function checkFiles(km: KernelMemory, frames: number, claim: Claim): FilesFound {
  const { words, at } = km;
  const brk = words[at.filePool + POOL.brk]!;
  const cached = new Uint8Array(brk === 0 ? 0 : frames);
  const mappers = countMappers(km);
  let tables = 0;
  let free = 0;
  for (let file = 1; file <= brk; file++) {
    const record = km.fileAt(file);
    const refs = words[record + FILE.refs]!;
    if (refs === 0) free += 1;
    claim(words[record + FILE.lock] === 0, () => `file ${file}: its lock is held at rest`);
    tables += checkCache(km, file, cached, claim);
    tables += checkDisk(km, file, claim);
    const listed = checkTree(km, file, claim);
    const mapping = mappers.get(file) ?? 0;
    claim(listed === mapping, () => `file ${file}: ${listed} VMAs in its tree, ${mapping} map it`);
    claim(refs >= mapping, () => `file ${file}: ${refs} references, ${mapping} VMAs map it`);
    mappers.delete(file);
  }
  for (const file of mappers.keys()) claim(false, () => `VMAs map file ${file}, which never was`);
  const listed = words[at.filePool + POOL.free]!;
  claim(free === listed, () => `files: ${free} are free, the free list holds ${listed}`);
  return { tables, cached };
}

/** How many VMAs map each file. */
function countMappers(km: KernelMemory): Map<number, number> {
  const mappers = new Map<number, number>();
  for (let id = 0; id < km.geometry.mms; id++) {
    let vma = findVma(km, Mm.attach(km, id), 0);
    for (; vma !== 0; vma = nextOf(km, vma)) {
      const file = fileOf(km, vma);
      if (file !== 0) mappers.set(file, (mappers.get(file) ?? 0) + 1);
    }
  }
  return mappers;
}

/** Visits every entry of a tree, and returns how many tables it has. */
function walkTree(
  km: KernelMemory,
  root: number,
  visit: (index: number, entry: number) => void,
): number {
  let tables = 0;
  const walk = (table: number, level: number, base: number): void => {
    tables += 1;
    for (let i = 0; i < PTRS_PER_TABLE; i++) {
      const entry = km.tables[table * PTRS_PER_TABLE + i]!;
      if (entry === 0) continue;
      const index = base + i * PTRS_PER_TABLE ** level;
      if (level > 0) walk(entry, level - 1, index);
      else visit(index, entry);
    }
  };
  if (root !== 0) walk(root, 2, 0);
  return tables;
}

function checkCache(km: KernelMemory, file: number, cached: Uint8Array, claim: Claim): number {
  const record = km.fileAt(file);
  const pages = filePages(km, file);
  let count = 0;
  const tables = walkTree(km, km.words[record + FILE.cache]!, (index, frame) => {
    count += 1;
    claim(index < pages, () => `file ${file}: page ${index} is cached behind the end`);
    if (frame < 0 || frame >= cached.length) {
      claim(false, () => `file ${file}: page ${index} is frame ${frame}, never allocated`);
      return;
    }
    claim(cached[frame] === 0, () => `frame ${frame} is in a cache twice`);
    cached[frame] = 1;
  });
  const counted = km.words[record + FILE.cached]!;
  claim(count === counted, () => `file ${file}: ${count} pages are cached, it counts ${counted}`);
  const isFree = km.words[record + FILE.refs] === 0;
  claim(!isFree || tables === 0, () => `file ${file} is gone, its page cache is not`);
  return tables;
}

function checkDisk(km: KernelMemory, file: number, claim: Claim): number {
  const record = km.fileAt(file);
  const pages = filePages(km, file);
  const tables = walkTree(km, km.words[record + FILE.disk]!, (index) => {
    claim(index < pages, () => `file ${file}: page ${index} is on disk behind the end`);
  });
  const isDisk = km.words[record + FILE.kind] === FILE_KIND.disk;
  claim(isDisk || tables === 0, () => `file ${file} of tmpfs is on a disk`);
  const isFree = km.words[record + FILE.refs] === 0;
  claim(!isFree || tables === 0, () => `file ${file} is gone, its disk blocks are not`);
  return tables;
}

/** How many VMAs are in a file's tree. */
function checkTree(km: KernelMemory, file: number, claim: Claim): number {
  const { vmas, isTrue } = mappingsOfFile(km, file);
  claim(isTrue, () => `file ${file}: its tree of VMAs is out of order`);
  for (const vma of vmas) {
    claim(fileOf(km, vma) === file, () => `file ${file}: VMA ${vma} in its tree maps another`);
    const mm = km.vmaWords[vma * VMA_WORDS + VMA.mm]!;
    const found = findVma(km, Mm.attach(km, mm), startOf(km, vma));
    claim(found === vma, () => `file ${file}: VMA ${vma} in its tree is not in mm ${mm}`);
  }
  return vmas.length;
}

/**
 * A PTE whose frame says that it is in a cache: it shows the page of the file that belongs there, may
 * write only where all may, and only what is dirty already if somebody has to be told.
 */
export function checkCachedPte(
  km: KernelMemory,
  mm: number,
  page: number,
  pte: number,
  claim: Claim,
): void {
  const frame = pte >>> PTE.shift;
  const vma = findVma(km, Mm.attach(km, mm), page);
  const file = vma === 0 ? 0 : fileOf(km, vma);
  if (file === 0) {
    claim(false, () => `mm ${mm}: page ${page} shows frame ${frame} of a cache, and maps no file`);
    return;
  }
  const index = page - startOf(km, vma) + pgoffOf(km, vma);
  const own = page < endOf(km, vma) ? cachedFrame(km, file, index) : 0;
  claim(own === frame, () => {
    return `mm ${mm}: page ${page} shows frame ${frame}, page ${index} of file ${file} is ${own}`;
  });
  if ((pte & PTE.write) === 0) return;
  const isShared = (flagsOf(km, vma) & VM_SHARED) !== 0;
  claim(isShared, () => `mm ${mm}: private page ${page} may write to file ${file}`);
  const isDisk = km.words[km.fileAt(file) + FILE.kind] === FILE_KIND.disk;
  const isDirty = (km.frames[frame * FRAME_WORDS + FRAME.state]! & FRAME_DIRTY) !== 0;
  claim(
    isDirty || !isDisk,
    () => `mm ${mm}: page ${page} may write to a clean page of file ${file}`,
  );
}

/** Whether a frame says that it is in a page cache. */
export function isCached(km: KernelMemory, frame: number): boolean {
  const state = km.frames[frame * FRAME_WORDS + FRAME.state]!;
  return state > 0 && (state & FRAME_CACHED) !== 0;
}

/** Files that outlive their last user, as checkTornDown reports them. */
export function filesLeft(km: KernelMemory): string[] {
  const pool = km.at.filePool;
  const files = km.words[pool + POOL.brk]! - km.words[pool + POOL.free]!;
  return files === 0 ? [] : [`${files} files outlive all mappings and handles`];
}
