/** From a file to the VMAs that map it (i_mmap). All of it under the file's lock. */
import type { KernelMemory } from './kernel-memory.js';
import { FILE, VMA, VMA_WORDS } from './layout.js';
import { fileOf } from './vma.js';

/** The VMA is one of its file's from now on. */
export function linkToFile(km: KernelMemory, vma: number): void {
  const first = km.fileAt(fileOf(km, vma)) + FILE.mapFirst;
  const next = km.words[first]!;
  km.vmaWords[vma * VMA_WORDS + VMA.mapNext] = next;
  km.vmaWords[vma * VMA_WORDS + VMA.mapPrev] = 0;
  if (next !== 0) km.vmaWords[next * VMA_WORDS + VMA.mapPrev] = vma;
  km.words[first] = vma;
}

export function unlinkFromFile(km: KernelMemory, vma: number): void {
  const next = km.vmaWords[vma * VMA_WORDS + VMA.mapNext]!;
  const prev = km.vmaWords[vma * VMA_WORDS + VMA.mapPrev]!;
  if (next !== 0) km.vmaWords[next * VMA_WORDS + VMA.mapPrev] = prev;
  if (prev !== 0) km.vmaWords[prev * VMA_WORDS + VMA.mapNext] = next;
  else km.words[km.fileAt(fileOf(km, vma)) + FILE.mapFirst] = next;
}
