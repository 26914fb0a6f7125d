import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../mm/layout.js';
import { MAP, MREMAP } from '../mm/uapi.js';
import { ArenaGuard } from './arena-guard.js';

const START = 2 ** 36;
const END = START + 16 * PAGE_SIZE;
const guard = new ArenaGuard({ start: START, end: END });

describe('ArenaGuard', () => {
  it('allows what is in the arena, and what fails by its nature', () => {
    expect(() => {
      guard.range('madvise', START, 16 * PAGE_SIZE);
      guard.range('madvise', START + PAGE_SIZE, 2 ** 64 - PAGE_SIZE);
      guard.range('mprotect', 2 ** 47, PAGE_SIZE);
      guard.range('mlock', 0, 16 * PAGE_SIZE);
      guard.mmap(START, 2 ** 48, MAP.fixed);
      guard.mmap(0x1000, PAGE_SIZE, 0);
      guard.mremap(START, PAGE_SIZE, 2 ** 48, MREMAP.mayMove | MREMAP.fixed, START);
    }).not.toThrow();
  });

  it.each([
    [
      'a range that begins before',
      () => {
        guard.range('madvise', START - PAGE_SIZE, PAGE_SIZE);
      },
    ],
    [
      'a range that ends behind',
      () => {
        guard.range('madvise', END - PAGE_SIZE, PAGE_SIZE + 1);
      },
    ],
    [
      'a long range',
      () => {
        guard.range('madvise', START, 2 ** 47);
      },
    ],
    [
      'a mapping elsewhere',
      () => {
        guard.mmap(END, PAGE_SIZE, MAP.fixed);
      },
    ],
    [
      'growing out of it',
      () => {
        guard.mremap(START, PAGE_SIZE, 17 * PAGE_SIZE, 0, 0);
      },
    ],
    [
      'moving out of it',
      () => {
        guard.mremap(START, 1, 1, MREMAP.mayMove | MREMAP.fixed, END);
      },
    ],
    [
      'a huge page in it',
      () => {
        guard.mmap(START, PAGE_SIZE, MAP.fixed | MAP.hugetlb);
      },
    ],
    [
      'unmapping elsewhere',
      () => {
        guard.munmap(END, PAGE_SIZE);
      },
    ],
    [
      'poisoned memory',
      () => {
        guard.advice(100);
      },
    ],
    [
      'memory that goes off line',
      () => {
        guard.advice(101);
      },
    ],
  ])('refuses %s', (_, reach) => {
    expect(reach).toThrow();
  });

  it('lets a mapping be unmapped once that was placed outside', () => {
    guard.placed(END, PAGE_SIZE);
    guard.munmap(END, PAGE_SIZE);
    expect(() => {
      guard.munmap(END, PAGE_SIZE);
    }).toThrow('would leave the arena');
  });
});
