/** Random calls on ranges of the arena: all but mmap. */
import { PAGE_SIZE } from '../mm/layout.js';
import { MADV, MLOCK, MREMAP, MS, PROT } from '../mm/uapi.js';
import type { Weighted } from './draw.js';
import { anyProt } from './generate-mmap.js';
import { sloppyBytes, type Generation } from './generation.js';
import { NOWHERE, TASK_SIZE, type Call, type Op } from './program.js';
import type { Pages } from './shadow.js';

interface Range {
  readonly at: number;
  readonly bytes: number;
}

/** Lengths that wrap around 2^64 from the arena on. */
const WRAPPING = [2 ** 64 - 2048, 2 ** 64 - PAGE_SIZE, 2 ** 64 - 2 ** 20];
/** Addresses where nobody has memory. */
const NOBODYS = [2 ** 47, 2 ** 48, 2 ** 63, NOWHERE];

/** As much as there is below vm.mmap_min_addr. */
const NOBODYS_BYTES = 16 * PAGE_SIZE;

const ADVICES: Weighted<number> = [
  [8, MADV.dontNeed],
  [3, MADV.free],
  [3, MADV.remove],
  [2, MADV.willNeed],
  [2, MADV.random],
  [2, MADV.sequential],
  [2, MADV.normal],
  [2, MADV.dontFork],
  [2, MADV.doFork],
  [2, MADV.dontDump],
  [2, MADV.doDump],
  [2, MADV.wipeOnFork],
  [2, MADV.keepOnFork],
  [1, MADV.hugePage],
  [1, MADV.noHugePage],
  [2, MADV.cold],
  [18, MADV.pageOut],
  [3, MADV.populateRead],
  [3, MADV.populateWrite],
  [2, MADV.dontNeedLocked],
  [1, MADV.collapse],
];
const KSM_ADVICES = [MADV.mergeable, MADV.unmergeable];
const NO_ADVICES = [5, 6, 7, 26, 99, 200, -1];

const MREMAP_FLAGS: Weighted<number> = [
  [4, 0],
  [5, MREMAP.mayMove],
  [10, MREMAP.mayMove | MREMAP.fixed],
  [4, MREMAP.mayMove | MREMAP.fixed | MREMAP.dontUnmap],
  [1, MREMAP.mayMove | MREMAP.dontUnmap],
];
const BAD_MREMAP_FLAGS = [MREMAP.fixed, MREMAP.dontUnmap, 8, MREMAP.fixed | MREMAP.dontUnmap];

/** Pages of one touch: further than faults reach around. */
const TOUCHED_MAX = 24;

function anyRange({ draw, shadow }: Generation): { range: Range; target: Pages } {
  const target = draw.percent(75) ? shadow.mapped() : shadow.anywhere();
  const at = target.page * PAGE_SIZE;
  const bytes = sloppyBytes(draw, target.pages);
  if (!draw.permille(30)) return { range: { at, bytes }, target };
  const none = { page: 0, pages: 0 };
  switch (draw.below(4)) {
    case 0:
      return { range: { at, bytes: 0 }, target: none };
    case 1:
      return {
        range: { at: at + draw.oneOf([1, 2048]), bytes: draw.oneOf([0, PAGE_SIZE / 2]) },
        target: none,
      };
    case 2:
      return { range: { at, bytes: draw.oneOf(WRAPPING) }, target: none };
    default:
      return {
        range: { at: draw.oneOf(NOBODYS), bytes: Math.min(bytes, NOBODYS_BYTES) },
        target: none,
      };
  }
}

function mprotect(generation: Generation): Op {
  const { draw } = generation;
  let prot = anyProt(generation);
  if (draw.permille(25)) prot |= PROT.growsDown;
  if (draw.permille(8)) prot |= draw.oneOf([PROT.growsUp, 8, 0x10, PROT.growsDown | PROT.growsUp]);
  return { call: 'mprotect', ...anyRange(generation).range, prot };
}

function madvise(generation: Generation): Op {
  const { draw, features, files } = generation;
  let advice = draw.weighted(ADVICES);
  if (features.hasKsm && draw.percent(4)) advice = draw.oneOf(KSM_ADVICES);
  // Who meets dirty pages of a disk wakes the threads that clean them, at some time.
  const mayBeDirty = files.some(({ kind, writable }) => kind === 'disk' && writable);
  if (advice === MADV.pageOut && (features.hasSwap || mayBeDirty)) advice = MADV.cold;
  if (draw.permille(20)) advice = draw.oneOf(NO_ADVICES);
  return { call: 'madvise', ...anyRange(generation).range, advice };
}

/** Where `pages` fit into the arena, now and then across its own old place. */
function destination({ draw, shadow }: Generation, { page }: Pages, pages: number): number {
  const last = shadow.pages - pages;
  if (draw.percent(12)) return Math.max(0, Math.min(page + draw.between(-2, 2), last));
  return draw.below(last + 1);
}

function mremap(generation: Generation): Op {
  const { draw, shadow, isLockLimited } = generation;
  const from = draw.percent(90) ? shadow.mapped() : shadow.anywhere();
  const room = shadow.pages - from.page;
  const isSame = draw.percent(55);
  const pages = isSame ? from.pages : Math.min(draw.between(1, from.pages + 6), room);
  let flags = draw.permille(30) ? draw.oneOf(BAD_MREMAP_FLAGS) : draw.weighted(MREMAP_FLAGS);
  // Linux counts locked memory twice that it leaves behind so, unlocked, and never takes it off again.
  if (isLockLimited) flags &= ~MREMAP.dontUnmap;
  const to = destination(generation, from, pages);
  const op = {
    call: 'mremap',
    at: from.page * PAGE_SIZE,
    bytes: draw.percent(4) ? 0 : sloppyBytes(draw, from.pages),
    newBytes: sloppyBytes(draw, pages),
    flags,
    to: to * PAGE_SIZE,
  } as const;
  if (draw.permille(40)) {
    switch (draw.below(4)) {
      case 0:
        return { ...op, newBytes: 0 };
      case 1:
        return { ...op, newBytes: draw.oneOf([TASK_SIZE + PAGE_SIZE, 2 ** 63, 2 ** 64 - 2048]) };
      case 2:
        return { ...op, at: op.at + 1, bytes: 0, newBytes: 1 };
      default:
        return { ...op, to: op.to + 1, newBytes: PAGE_SIZE - 1 };
    }
  }
  if ((flags & MREMAP.fixed) !== 0 && op.bytes > 0) {
    if ((flags & MREMAP.dontUnmap) === 0) shadow.unmap(from);
    shadow.map({ page: to, pages });
  }
  return op;
}

function touch({ draw, shadow }: Generation): Op {
  const { page, pages } = draw.percent(92) ? shadow.mapped() : shadow.anywhere();
  // A store to what was only loaded so far is another matter than the first store to nothing.
  const access = draw.percent(shadow.hasJustLoaded ? 75 : 50) ? 'w' : 'r';
  shadow.hasJustLoaded = access === 'r';
  const most = draw.percent(15) ? TOUCHED_MAX : 5;
  const word = draw.between(1, 2 ** 30);
  return { call: 'touch', at: page * PAGE_SIZE, pages: Math.min(pages, most), access, word };
}

function msync(generation: Generation): Op {
  const { draw } = generation;
  const sync = draw.percent(15) ? MS.sync : MS.async;
  const odd = draw.oneOf([0, MS.invalidate, MS.async | MS.sync, 8, MS.invalidate | MS.async]);
  return {
    call: 'msync',
    ...anyRange(generation).range,
    flags: draw.percent(70) ? sync : odd,
  };
}

export function generateRange(generation: Generation, call: Call): Op {
  const { draw, shadow } = generation;
  switch (call) {
    case 'mprotect':
      return mprotect(generation);
    case 'madvise':
      return madvise(generation);
    case 'mremap':
      return mremap(generation);
    case 'touch':
      return touch(generation);
    case 'msync':
      return msync(generation);
    case 'mlock2': {
      const flags = draw.weighted([
        [10, MLOCK.onFault],
        [3, 0],
        [1, 2],
      ]);
      return { call, ...anyRange(generation).range, flags };
    }
    case 'munmap': {
      const { range, target } = anyRange(generation);
      shadow.unmap(target);
      return { call, ...range };
    }
    case 'mlock':
    case 'munlock':
    case 'mincore':
      return { call, ...anyRange(generation).range };
    default:
      throw new Error(`${call} is not a call on a range`);
  }
}
