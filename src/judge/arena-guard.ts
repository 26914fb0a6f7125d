/**
 * What calls of a program may reach of this very process: the arena, and what fails by its nature
 * because no process has memory there. Anything else is a mistake of the generator, and thrown.
 */
import { PAGE_SIZE } from '../mm/layout.js';
import { MAP, MREMAP } from '../mm/uapi.js';
import type { Arena } from './perform.js';
import { TASK_SIZE } from './program.js';

/** vm.mmap_min_addr: nothing is below. */
const LOWEST_MAPPED = 65_536;
/** Such lengths wrap around 2^64 from any address of the arena on. */
const WRAPS = 2 ** 64 - 2 ** 36;
const HUGE_BYTES = 2 * 2 ** 20;
const NOT_AN_ADVICE = [26, 99, 200, -1];
const ADVICE_MAX = 25;

export class ArenaGuard {
  readonly #arena: Arena;
  #outside: { readonly start: number; readonly bytes: number } | undefined;

  constructor(arena: Arena) {
    if (arena.start < 2 ** 36) throw new Error('lengths are known to wrap from 64 GiB on');
    this.#arena = arena;
  }

  /** A mapping that the kernel placed outside: may be unmapped, once. */
  placed(start: number, bytes: number): void {
    const isInside = start >= this.#arena.start && start + bytes <= this.#arena.end;
    this.#outside = isInside ? undefined : { start, bytes };
  }

  #isInside(address: number, bytes: number): boolean {
    const end = Math.ceil((address + bytes) / PAGE_SIZE) * PAGE_SIZE;
    return address >= this.#arena.start && end <= this.#arena.end;
  }

  range(what: string, address: number, bytes: number): void {
    const isNobodys = address >= TASK_SIZE + PAGE_SIZE || address + bytes <= LOWEST_MAPPED;
    const wraps = bytes >= WRAPS && address >= this.#arena.start && address < this.#arena.end;
    if (isNobodys || wraps || this.#isInside(address, bytes)) return;
    throw new Error(`${what} of 0x${address.toString(16)} + ${bytes} would leave the arena`);
  }

  munmap(address: number, bytes: number): void {
    const outside = this.#outside;
    this.#outside = undefined;
    if (outside?.start === address && outside.bytes === bytes) return;
    this.range('munmap', address, bytes);
  }

  mmap(address: number, bytes: number, flags: number): void {
    const replaces = (flags & (MAP.fixed | MAP.fixedNoReplace)) !== 0;
    // EINVAL, before anything is replaced.
    const isUnaligned = address % ((flags & MAP.hugetlb) === 0 ? PAGE_SIZE : HUGE_BYTES) !== 0;
    if (replaces && !isUnaligned && (flags & MAP.hugetlb) !== 0 && address < TASK_SIZE) {
      throw new Error('a huge page in the arena would reach beyond it');
    }
    if (replaces && !isUnaligned && bytes < TASK_SIZE) this.range('mmap', address, bytes);
  }

  mremap(
    address: number,
    oldBytes: number,
    newBytes: number,
    flags: number,
    newAddress: number,
  ): void {
    this.range('mremap', address, oldBytes);
    if (newBytes >= TASK_SIZE) return;
    this.range('mremap growing', address, newBytes);
    if ((flags & MREMAP.fixed) !== 0) this.range('mremap moving', newAddress, newBytes);
  }

  /** MADV_HWPOISON and its like harm the machine. */
  advice(advice: number): void {
    const isKnown = advice >= 0 && advice <= ADVICE_MAX;
    if (!isKnown && !NOT_AN_ADVICE.includes(advice)) throw new Error(`advice ${advice} is banned`);
  }
}
