/**
 * The page allocator: per-CPU lists over one zone.
 *
 * Allocation and freeing touch the CPU's own list and nothing shared. An empty list is refilled with
 * PCP_BATCH frames under the zone's spinlock, a full one gives PCP_BATCH of its coldest back (4.17:
 * rmqueue_pcplist, free_pcppages_bulk; batch 31, high 6 x batch). The zone's free list is linked
 * through the state words of free frames; frames above its `brk` have never been used and come in
 * order.
 */
import { assert } from '../util/assert.js';
import {
  FRAME,
  FRAME_COUNT_ONE,
  FRAME_FREE,
  FRAME_LINK,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  PCP,
  PCP_RING,
  POOL,
} from './layout.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';

export const PCP_BATCH = 31;
export const PCP_HIGH = 6 * PCP_BATCH;
const RING_MASK = PCP_RING - 1;

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { head: HEAD, tail: TAIL, ring: RING } = PCP;
const { state: STATE, content: CONTENT } = FRAME;
const WORDS_PER_FRAME = FRAME_WORDS;
const FREE = FRAME_FREE;
const LINK = FRAME_LINK;
/** A frame's state with its one reference, before it is mapped and after. */
const UNMAPPED = FRAME_COUNT_ONE;
const MAPPED_ONCE = FRAME_COUNT_ONE + FRAME_MAP_ONE;

/**
 * A zeroed frame with one reference and one mapping, from this CPU's list; 0 when that is empty:
 * then `yield* refill(cpu)` and try again.
 */
export function tryAllocFrame(cpu: Cpu): number {
  const { words, frames } = cpu.km;
  const pcp = cpu.pcp;
  const head = words[pcp + HEAD]!;
  if (head === words[pcp + TAIL]) return 0;
  const frame = words[pcp + RING + ((head - 1) & RING_MASK)]!;
  words[pcp + HEAD] = head - 1;
  const at = frame * WORDS_PER_FRAME;
  frames[at + STATE] = MAPPED_ONCE;
  frames[at + CONTENT] = 0;
  return frame;
}

/** Puts a frame that never became visible back where tryAllocFrame took it from. */
export function putBackFrame(cpu: Cpu, frame: number): void {
  cpu.km.frames[frame * WORDS_PER_FRAME + STATE] = FREE;
  cpu.km.words[cpu.pcp + HEAD]! += 1;
}

/** Takes a batch from the zone onto this CPU's list; false when the zone is empty. */
export function* refill(cpu: Cpu): Op<boolean> {
  const { zone } = cpu.km.at;
  cpu.charge(COST.allocBatch, 1);
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
  const taken = takeBatch(cpu);
  spinUnlock(cpu, zone);
  return taken > 0;
}

/** rmqueue_bulk, under the zone's lock: recycled frames first, then frames never used. */
function takeBatch(cpu: Cpu): number {
  const { km, pcp } = cpu;
  const { words, frames } = km;
  const { zone } = km.at;
  const head = words[pcp + HEAD]!;
  const listed = Math.min(PCP_BATCH, words[zone + POOL.free]!);
  let frame = words[zone + POOL.head]!;
  // The first to come from the zone is the first to be handed out, as on the kernel's list.
  for (let i = listed - 1; i >= 0; i--) {
    words[pcp + RING + ((head + i) & RING_MASK)] = frame;
    frame = frames[frame * WORDS_PER_FRAME + STATE]! & LINK;
  }
  words[zone + POOL.head] = frame;
  words[zone + POOL.free] = words[zone + POOL.free]! - listed;
  const brk = words[zone + POOL.brk]!;
  const fresh = listed > 0 ? 0 : Math.min(PCP_BATCH, km.geometry.frames - brk);
  for (let i = fresh - 1; i >= 0; i--) {
    const unused = brk + fresh - i;
    frames[unused * WORDS_PER_FRAME + STATE] = FREE;
    words[pcp + RING + ((head + i) & RING_MASK)] = unused;
  }
  words[zone + POOL.brk] = brk + fresh;
  words[pcp + HEAD] = head + listed + fresh;
  return listed + fresh;
}

/** Frees `count` frames whose last reference this CPU holds and whose last mapping is gone. */
export function* freeFrames(cpu: Cpu, list: Int32Array, count: number): Op<void> {
  const { zone } = cpu.km.at;
  cpu.charge(COST.freePage, count);
  for (let freed = freeUntilFull(cpu, list, 0, count); freed < count;) {
    linkColdest(cpu);
    if (cpu.mustYield()) yield STOP.step;
    if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
    giveBatch(cpu);
    spinUnlock(cpu, zone);
    freed = freeUntilFull(cpu, list, freed, count);
  }
}

/** Frees onto this CPU's list until that is full; returns how far it got. */
function freeUntilFull(cpu: Cpu, list: Int32Array, from: number, count: number): number {
  const { words, frames } = cpu.km;
  const ring = cpu.pcp + RING;
  const head = words[cpu.pcp + HEAD]!;
  // Both ends run free and wrap; their difference is the length all the same.
  const length = (head - words[cpu.pcp + TAIL]!) | 0;
  const pages = Math.max(0, Math.min(count - from, PCP_HIGH - length));
  for (let i = 0; i < pages; i++) {
    const frame = list[from + i]!;
    const at = frame * WORDS_PER_FRAME + STATE;
    if (frames[at] !== UNMAPPED) badFree(frame, frames[at]!);
    frames[at] = FREE;
    words[ring + ((head + i) & RING_MASK)] = frame;
  }
  words[cpu.pcp + HEAD] = head + pages;
  return from + pages;
}

function badFree(frame: number, state: number): never {
  assert(false, `frame ${frame} freed with state 0x${(state >>> 0).toString(16)}`);
  throw new Error('unreachable');
}

/** Chains the coldest batch of this CPU's list, coldest last, before the zone's lock is taken. */
function linkColdest(cpu: Cpu): void {
  const { frames } = cpu.km;
  const tail = cpu.km.words[cpu.pcp + TAIL]!;
  let colder = coldest(cpu, tail);
  for (let i = 1; i < PCP_BATCH; i++) {
    const frame = coldest(cpu, tail + i);
    frames[frame * WORDS_PER_FRAME + STATE] = FREE | colder;
    colder = frame;
  }
}

/** Puts that chain at the head of the zone's list, under the zone's lock. */
function giveBatch(cpu: Cpu): void {
  const { km } = cpu;
  const { words, frames } = km;
  const { zone } = km.at;
  const tail = words[cpu.pcp + TAIL]!;
  const last = coldest(cpu, tail);
  frames[last * WORDS_PER_FRAME + STATE] = FREE | words[zone + POOL.head]!;
  words[zone + POOL.head] = coldest(cpu, tail + PCP_BATCH - 1);
  words[zone + POOL.free] = words[zone + POOL.free]! + PCP_BATCH;
  words[cpu.pcp + TAIL] = tail + PCP_BATCH;
}

function coldest(cpu: Cpu, position: number): number {
  return cpu.km.words[cpu.pcp + RING + (position & RING_MASK)]!;
}
