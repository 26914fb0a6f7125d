/**
 * Steps 4 to 10, with which operations end from 0.15.06 on: calls that fail, and single pages, which
 * `--mmap-mlock` locks as soon as they are mapped.
 */
import { FILE_KIND, PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { MAP, PROT, READ_WRITE } from '../../../mm/uapi.js';
import { NOWHERE, type Child } from './child.js';
import { PAGE } from './page-book.js';

const PRIVATE = MAP.private | MAP.anonymous;
const SHARED = MAP.shared | MAP.anonymous;
/** Protections of step 7 and lengths in bytes: READ, WRITE and EXEC in every combination. */
const COMBINATIONS = 8;
/** No such file. */
const NO_FILE = 0;

export function* closingCalls(child: Child): Op<void> {
  const { calls, draws } = child;
  yield* unmapAgain(child);
  yield* mapWrongly(child);
  yield* calls.munmap(0, 0);
  yield* calls.munmap(0, NOWHERE);
  const k = draws.below(COMBINATIONS);
  yield* mapAndUnmap(child, k, k, PRIVATE);
  yield* mapZeroDevice(child);
  yield* writeThenProtect(child);
  yield* protectUnused(child);
}

/** Step 4: the first page that the account of the pages still has as mapped; HEAD has cleared it. */
function* unmapAgain(child: Child): Op<void> {
  const first = child.book.state.indexOf(PAGE.mapped);
  if (first < 0) return;
  yield* child.calls.munmap(child.addressOf(first), 0);
  yield* child.calls.munmap(child.addressOf(first), PAGE_SIZE);
}

/** Step 5. All of them fail, those with an odd offset for it. */
function* mapWrongly(child: Child): Op<void> {
  const { calls, file } = child;
  for (let odd = 0; odd <= 1; odd++) {
    yield* calls.mmap(0, 0, READ_WRITE, PRIVATE, NO_FILE, odd);
    yield* calls.mmap(0, NOWHERE, READ_WRITE, PRIVATE, NO_FILE, odd);
    yield* calls.mmap(NOWHERE, PAGE_SIZE, READ_WRITE, PRIVATE | MAP.fixed, NO_FILE, odd);
    yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, MAP.private, NO_FILE, odd);
    yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, MAP.shared, NO_FILE, odd);
    yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, MAP.shared, NO_FILE, odd === 0 ? NOWHERE : odd);
    if (file === 0) continue;
    yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, MAP.shared, file, odd === 0 ? NOWHERE : odd);
  }
}

/**
 * Step 8: the next combination of all flags there are. Without MAP_ANONYMOUS it is the zero device that
 * is mapped; a page of tmpfs stands for it, of which nobody touches anything either.
 */
function* mapZeroDevice(child: Child): Op<void> {
  const { calls, operations, setting } = child;
  const flags = flagsOf(setting.form.flags, operations);
  const isAnonymous = (flags & MAP.anonymous) !== 0;
  const file = isAnonymous ? NO_FILE : yield* calls.open(FILE_KIND.tmpfs, PAGE_SIZE);
  yield* mapAndUnmap(child, PAGE_SIZE, PROT.read, flags, file);
  if (file !== NO_FILE) yield* calls.close(file);
}

/** The flags whose bits are set in `combination`, which counts on from operation to operation. */
function flagsOf(table: readonly number[], combination: number): number {
  const all = [MAP.shared, MAP.private, MAP.anonymous, ...table.filter((flag) => flag !== 0)];
  return all.reduce((flags, flag, i) => {
    return Math.floor(combination / 2 ** i) % 2 === 1 ? flags | flag : flags;
  }, 0);
}

/** The address, or a negated errno. */
function* mapAndLock(
  { calls, setting }: Child,
  bytes: number,
  prot: number,
  flags: number,
  file = NO_FILE,
): Op<number> {
  const at = yield* calls.mmap(0, bytes, prot, flags, file);
  if (at >= 0 && setting.locks) yield* calls.mlock(at, bytes);
  return at;
}

function* mapAndUnmap(
  child: Child,
  bytes: number,
  prot: number,
  flags: number,
  file = NO_FILE,
): Op<void> {
  const at = yield* mapAndLock(child, bytes, prot, flags, file);
  if (at >= 0) yield* child.calls.munmap(at, bytes);
}

/** Step 9: the one page fault of all these, unless the page is locked. */
function* writeThenProtect(child: Child): Op<void> {
  const { calls, task, word } = child;
  const at = yield* mapAndLock(child, PAGE_SIZE, PROT.write, SHARED);
  if (at < 0) return;
  const denied = yield* calls.store(at, 1, word);
  yield* calls.mprotect(at, PAGE_SIZE, PROT.read);
  yield* calls.load(at, 1);
  if (denied === 0 && task.cpu.loaded !== word) {
    child.fail('a shared page does not have what was written to it');
  }
  yield* calls.munmap(at, PAGE_SIZE);
}

/** Step 10. */
function* protectUnused(child: Child): Op<void> {
  const { calls } = child;
  const at = yield* mapAndLock(child, PAGE_SIZE, PROT.read, SHARED);
  if (at < 0) return;
  yield* calls.mprotect(at, PAGE_SIZE, PROT.write);
  yield* calls.munmap(at, PAGE_SIZE);
}
