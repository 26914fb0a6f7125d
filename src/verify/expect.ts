/**
 * What a conformance case says about a process, with sentences for where the process disagrees.
 * Results are what calls return: 0, a count or an address, or a negated errno.
 */
import { errnoName } from '../mm/errno.js';
import { PAGE_SIZE } from '../mm/layout.js';
import type { SimulatedProcess, Touched } from '../process/process.js';

/** A case found what it must not find; the message says what was expected and what came. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** Bytes of so many pages. */
export function pages(count: number): number {
  return count * PAGE_SIZE;
}

export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Unmet(otherwise);
}

export function expectEqual(what: string, got: number | string, expected: number | string): void {
  expectThat(got === expected, `${what} is ${show(got)}, not ${show(expected)}`);
}

export function expectResult(what: string, got: number, expected: number): void {
  expectThat(got === expected, `${what} returns ${result(got)}, not ${result(expected)}`);
}

/** `errno` as a positive number. */
export function expectError(what: string, got: number, errno: number): void {
  expectResult(what, got, -errno);
}

/** The address that a call has returned. */
export function expectAddress(what: string, got: number): number {
  expectThat(got > 0, `${what} returns ${result(got)}, not an address`);
  return got;
}

export function expectTouch(
  process: SimulatedProcess,
  address: number,
  access: 'r' | 'w',
  expected: Touched,
  word?: number,
): void {
  const touched = process.touch(address, access, word);
  const what = access === 'r' ? 'a load' : 'a store';
  expectThat(
    touched === expected,
    `${what} at ${hex(address)} ends in ${touched}, not ${expected}`,
  );
}

export function expectLoad(process: SimulatedProcess, address: number, word: number): void {
  expectTouch(process, address, 'r', 'ok');
  const { loaded } = process;
  expectThat(loaded === word, `a load at ${hex(address)} sees ${loaded}, not ${word}`);
}

/** Stores `word + i` in page i of so many. */
export function fill(
  process: SimulatedProcess,
  address: number,
  count: number,
  word: number,
): void {
  for (let i = 0; i < count; i++) expectTouch(process, address + pages(i), 'w', 'ok', word + i);
}

/** Page i of so many holds `word + i`. */
export function expectFilled(
  process: SimulatedProcess,
  address: number,
  count: number,
  word: number,
): void {
  for (let i = 0; i < count; i++) expectLoad(process, address + pages(i), word + i);
}

export function expectZeros(process: SimulatedProcess, address: number, count: number): void {
  for (let i = 0; i < count; i++) expectLoad(process, address + pages(i), 0);
}

export function expectDenied(process: SimulatedProcess, address: number, count: number): void {
  for (let i = 0; i < count; i++) expectTouch(process, address + pages(i), 'r', 'maperr');
}

/**
 * The mappings that reach into `count` pages from `base` on, each as `FIRST+PAGES PERMISSIONS`, with
 * pages counted from `base`: `0+1 rw-p`.
 */
export function expectLayout(
  process: SimulatedProcess,
  base: number,
  count: number,
  expected: readonly string[],
): void {
  const found = layoutOf(process, base, count).join(', ');
  expectEqual(`the layout at ${hex(base)}`, found, expected.join(', '));
}

export function layoutOf(process: SimulatedProcess, base: number, count: number): string[] {
  return process
    .mappings()
    .filter(({ start, end }) => end > base && start < base + pages(count))
    .map(({ start, end, permissions }) => {
      return `${(start - base) / PAGE_SIZE}+${(end - start) / PAGE_SIZE} ${permissions}`;
    });
}

/** Which of `count` pages are resident by mincore, as `1101`. */
export function residency(process: SimulatedProcess, address: number, count: number): string {
  const { result: answer, vec } = process.mincore(address, pages(count));
  expectResult(`mincore of ${count} pages`, answer, 0);
  return [...vec].map((byte) => byte & 1).join('');
}

export function expectResident(process: SimulatedProcess, address: number, expected: string): void {
  const found = residency(process, address, expected.length);
  expectEqual(`residency by mincore at ${hex(address)}`, found, expected);
}

/** Traps of user mode while `run` ran. */
export function faultsOf(process: SimulatedProcess, run: () => void): number {
  const before = process.faults().total;
  run();
  return process.faults().total - before;
}

function show(value: number | string): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** As strace prints a result. */
function result(value: number): string {
  if (value < 0) return `-${errnoName(-value)}`;
  return value < PAGE_SIZE ? String(value) : hex(value);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
