/** Files (an inode with its address_space, `layout.ts` FILE): their lock, size, and who refers to them. */
import type { KernelMemory } from './kernel-memory.js';
import { FILE, FILE_BYTES, FILE_KIND, FILE_WORDS, PAGE_SIZE } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { cutPages } from './page-cache.js';
import { filePool, give, take } from './pool.js';
import { spinLock, spinUnlock } from './spinlock.js';

export type FileKind = (typeof FILE_KIND)[keyof typeof FILE_KIND];

/** Takes the lock over the file's cache, size, and the edges of the VMAs that map it; 0 has none. */
export function* lockFile(cpu: Cpu, file: number): Op<void> {
  if (file === 0) return;
  yield* spinLock(cpu, fileLockAt(cpu.km, file));
}

/** The word of that lock, for paths that are taken so often that they write lockFile out (`spinlock.ts`). */
export function fileLockAt(km: KernelMemory, file: number): number {
  return km.fileAt(file) + FILE.lock;
}

export function unlockFile(cpu: Cpu, file: number): void {
  if (file === 0) return;
  spinUnlock(cpu, fileLockAt(cpu.km, file));
}

/** One more VMA or handle refers to the file, which one did already. */
export function getFile(km: KernelMemory, file: number): void {
  Atomics.add(km.words, km.fileAt(file) + FILE.refs, 1);
}

/** One fewer; the last one takes the file and its pages along. The CPU's gather must be empty. */
export function* putFile(cpu: Cpu, file: number): Op<void> {
  const { km } = cpu;
  const refs = km.fileAt(file) + FILE.refs;
  if (cpu.mustYield()) yield STOP.step;
  if (Atomics.sub(km.words, refs, 1) > 1) return;
  // Nobody can find it any longer, but cutPages asks for the lock.
  yield* lockFile(cpu, file);
  yield* cutPages(cpu, file, 0);
  unlockFile(cpu, file);
  yield* give(cpu, filePool(km), file);
}

/** A new file of `bytes` bytes, one reference held; 0 when there are too many. */
export function* createFile(cpu: Cpu, kind: FileKind, bytes: number): Op<number> {
  const { km } = cpu;
  const file = yield* take(cpu, filePool(km));
  if (file === 0) return 0;
  const at = km.fileAt(file);
  km.words.fill(0, at, at + FILE_WORDS);
  km.words[at + FILE.kind] = kind;
  km.words[at + FILE.refs] = 1;
  setFileSize(km, file, bytes);
  return file;
}

/** Whether clean pages are write-protected, and content comes from a disk (`layout.ts`, FILE_KIND). */
export function isOnDisk(km: KernelMemory, file: number): boolean {
  return km.words[km.fileAt(file) + FILE.kind] === FILE_KIND.disk;
}

/** Length in bytes. */
export function fileSize(km: KernelMemory, file: number): number {
  return km.stats[km.fileAt(file) / 2 + FILE_BYTES.size]!;
}

/** Length in pages, a partial one at the end being one. */
export function filePages(km: KernelMemory, file: number): number {
  return Math.ceil(fileSize(km, file) / PAGE_SIZE);
}

/** Sets the length alone; `file-io.ts` truncates. Needs the file's lock once others know the file. */
export function setFileSize(km: KernelMemory, file: number, bytes: number): void {
  km.stats[km.fileAt(file) / 2 + FILE_BYTES.size] = bytes;
}
