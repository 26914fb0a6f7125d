/** Addresses and shorthands that the cases share. */
import { ANONYMOUS, MAP, READ_WRITE } from '../../mm/uapi.js';
import type { SimulatedProcess } from '../../process/process.js';
import { expectAddress, expectResult, pages } from '../expect.js';

/** Far from everything a process is born with; 8 pages below a page-table boundary. */
export const ARENA = 2 ** 36 - pages(8);

/** Maps private anonymous memory wherever the kernel likes. */
export function anonymous(process: SimulatedProcess, count: number, prot = READ_WRITE): number {
  const address = process.mmap(0, pages(count), prot, ANONYMOUS, -1, 0);
  return expectAddress(`mmap of ${count} pages`, address);
}

/** Maps private anonymous memory at page `first` of the arena, over whatever is there. */
export function place(
  process: SimulatedProcess,
  first: number,
  count: number,
  prot: number = READ_WRITE,
  flags = 0,
): number {
  const at = ARENA + pages(first);
  const mapped = process.mmap(at, pages(count), prot, ANONYMOUS | MAP.fixed | flags, -1, 0);
  expectResult(`mmap of ${count} pages at a fixed address`, mapped, at);
  return at;
}

/** Maps pages of a file at page `first` of the arena. */
export function placeFile(
  process: SimulatedProcess,
  file: number,
  first: number,
  count: number,
  how: { readonly prot?: number; readonly type?: number; readonly filePage?: number } = {},
): number {
  const at = ARENA + pages(first);
  const { prot = READ_WRITE, type = MAP.shared, filePage = 0 } = how;
  const mapped = process.mmap(at, pages(count), prot, type | MAP.fixed, file, pages(filePage));
  expectResult(`mmap of ${count} pages of a file`, mapped, at);
  return at;
}

/** A file of so many pages whose page i holds `word + i`. */
export function fileOf(
  process: SimulatedProcess,
  kind: 'disk' | 'tmpfs',
  count: number,
  word: number,
): number {
  const file = process.open(kind, pages(count), 'testfile');
  const words = Array.from({ length: count }, (_, i) => word + i);
  expectResult('write to a file', process.writeFile(file, 0, words), count);
  return file;
}
