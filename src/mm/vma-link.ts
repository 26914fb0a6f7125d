/**
 * The places where a VMA is known, and its edges (4.17 vma_link, __vma_unlink_common, the end of
 * __vma_adjust): the address space's index, and the list of the file that it maps.
 *
 * Everything here needs mmap_sem for write. The edges of a VMA that maps a file are the file's
 * business, too: whoever unmaps or cleans a page of the file everywhere finds its mappings by them. So
 * they change under the file's lock, and an edit of several is one to those who hold it: no page of a
 * mapping is ever outside of all VMAs for them (i_mmap_lock).
 */
import { linkToFile, noteEndInFile, unlinkFromFile } from './file-mappings.js';
import { lockFile, unlockFile } from './file.js';
import { splitHugeAt } from './huge-page.js';
import { VMA_PAGES, VMA_WORDS } from './layout.js';
import { addMapCount, addPages, invalidateVmacache, type Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { insertVma, removeVma, resizeVma } from './vma-index.js';
import { endOf, fileOf, flagsOf, startOf } from './vma.js';

/** vma_link: puts a filled record into the index, and into its file's list. */
export function* linkVma(cpu: Cpu, mm: Mm, vma: number): Op<void> {
  const file = fileOf(cpu.km, vma);
  yield* lockFile(cpu, file);
  putIn(cpu, mm, vma);
  unlockFile(cpu, file);
}

/** Takes a VMA out of the index and its file's list; returns the file, which it still refers to. */
export function* unlinkVma(cpu: Cpu, mm: Mm, vma: number): Op<number> {
  const file = fileOf(cpu.km, vma);
  yield* lockFile(cpu, file);
  takeOut(cpu, mm, vma);
  unlockFile(cpu, file);
  return file;
}

/** Moves a VMA's edges without passing a neighbour; its pages keep their places in the file. */
export function* moveEdges(cpu: Cpu, mm: Mm, vma: number, start: number, end: number): Op<void> {
  const { km } = cpu;
  const file = fileOf(km, vma);
  if (start !== startOf(km, vma)) yield* splitHugeAt(cpu, mm, start);
  if (end !== endOf(km, vma)) yield* splitHugeAt(cpu, mm, end);
  yield* lockFile(cpu, file);
  setEdges(cpu, mm, vma, start, end);
  unlockFile(cpu, file);
}

/** Into the index, and into its file's list; under the file's lock, as the next two. */
export function putIn({ km }: Cpu, mm: Mm, vma: number): void {
  insertVma(km, mm, vma);
  if (fileOf(km, vma) !== 0) linkToFile(km, vma);
  addMapCount(km, mm, 1);
  addPages(km, mm, flagsOf(km, vma), endOf(km, vma) - startOf(km, vma));
}

/** Out of both. */
export function takeOut({ km }: Cpu, mm: Mm, vma: number): void {
  removeVma(km, mm, vma);
  if (fileOf(km, vma) !== 0) unlinkFromFile(km, vma);
  addMapCount(km, mm, -1);
  addPages(km, mm, flagsOf(km, vma), startOf(km, vma) - endOf(km, vma));
  invalidateVmacache(km, mm);
}

/** Its pages keep their places in the file; no huge page may lie across a new edge. */
export function setEdges({ km }: Cpu, mm: Mm, vma: number, start: number, end: number): void {
  const grown = end - start - (endOf(km, vma) - startOf(km, vma));
  const isFile = fileOf(km, vma) !== 0;
  // Its place among the file's VMAs goes by the first page.
  const keepsPlace = start === startOf(km, vma);
  if (isFile && !keepsPlace) unlinkFromFile(km, vma);
  km.vmaPages[(vma * VMA_WORDS) / 2 + VMA_PAGES.pgoff]! += start - startOf(km, vma);
  resizeVma(km, vma, start, end);
  if (isFile && !keepsPlace) linkToFile(km, vma);
  else if (isFile) noteEndInFile(km, vma);
  addPages(km, mm, flagsOf(km, vma), grown);
}
