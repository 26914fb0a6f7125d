import { expect, it } from 'vitest';
import { EFAULT } from '../mm/errno.js';
import { kernelByName } from '../mm/kernels.js';
import { DEFAULT_RULES } from '../mm/kernel-rules.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { MAP, PROT } from '../mm/uapi.js';
import { openProcess } from './lone-process.js';

const READ_WRITE = PROT.read | PROT.write;
const ANONYMOUS = MAP.private | MAP.anonymous;

function start() {
  const process = openProcess({
    kernel: kernelByName('pristine'),
    thresholdPages: 1,
    rules: DEFAULT_RULES,
    maxMapCount: 100,
    frames: 64,
  });
  const file = process.open('disk', 4 * PAGE_SIZE, 'f');
  const at = process.mmap(0, 4 * PAGE_SIZE, READ_WRITE, ANONYMOUS, 0, 0);
  return { process, file, at };
}

it('write(2) and read(2) copy through the page tables, and trap there as the task would', () => {
  const { process, file, at } = start();
  for (let i = 0; i < 3; i++) process.touch(at + i * PAGE_SIZE, 'w', 10 + i);
  const before = process.faults().total;
  expect(process.writeFrom(file, 1, at, 3)).toBe(3);
  expect(process.readFile(file, 0, 4)).toEqual([0, 10, 11, 12]);
  expect(process.faults().total).toBe(before);
  // The fourth page has not been touched yet; behind the fourth of the file there is nothing.
  expect(process.readInto(file, 2, at + 2 * PAGE_SIZE, 2)).toBe(2);
  expect(process.faults().total).toBe(before + 1);
  expect(process.readInto(file, 3, at, 3)).toBe(1);
  expect(process.readInto(file, 4, at, 1)).toBe(0);
  const seen = [0, 1, 2, 3].map((i) => [process.touch(at + i * PAGE_SIZE, 'r'), process.loaded]);
  expect(seen).toEqual([12, 11, 11, 12].map((word) => ['ok', word]));
});

it('they stop at memory that may not be accessed: EFAULT, or how far they came', () => {
  const { process, file, at } = start();
  process.munmap(at + 2 * PAGE_SIZE, PAGE_SIZE);
  expect(process.writeFrom(file, 0, at, 4)).toBe(2);
  expect(process.writeFrom(file, 0, at + 2 * PAGE_SIZE, 1)).toBe(-EFAULT);
  process.mprotect(at, PAGE_SIZE, PROT.read);
  expect(process.writeFrom(file, 0, at, 1)).toBe(1);
  expect(process.readInto(file, 0, at, 1)).toBe(-EFAULT);
  expect(process.readInto(file, 0, at + PAGE_SIZE, 2)).toBe(1);
  expect(process.check()).toEqual([]);
});

it('O_SYNC leaves pages that are mapped write-protected, write(2) alone does not', () => {
  const { process, file } = start();
  const mapped = process.mmap(0, 4 * PAGE_SIZE, READ_WRITE, MAP.shared, file, 0);
  process.touch(mapped, 'w', 1);
  const faultsOf = (deed: () => unknown): number => {
    const before = process.faults().total;
    deed();
    return process.faults().total - before;
  };
  process.writeFrom(file, 0, mapped, 1);
  expect(faultsOf(() => process.touch(mapped, 'w', 2))).toBe(0);
  process.writeFrom(file, 0, mapped, 1, true);
  expect(faultsOf(() => process.touch(mapped, 'w', 3))).toBe(1);
});
