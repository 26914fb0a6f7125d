/**
 * The page allocator: per-CPU lists over one zone.
 *
 * Allocation and freeing touch the CPU's own list and nothing shared. An empty list is refilled with
 * PCP_BATCH frames under the zone's spinlock, a full one gives PCP_BATCH of its coldest back (4.17:
 * rmqueue_pcplist, free_pcppages_bulk; batch 31, high 6 x batch).
 *
 * The zone keeps its free frames by block of neighbours, linked through their state words, and
 * empties one block before it goes to the next. That is what Linux has its buddy system for, as far
 * as single pages go: without it, a few rounds of two tasks allocating and freeing side by side
 * scatter every task's frames over all memory. Frames above the zone's `brk` have never been used.
 */
import { assert } from '../util/assert.js';
import {
  BLOCK,
  BLOCK_SHIFT as SHIFT,
  BLOCK_WORDS,
  FRAME,
  FRAME_CACHED,
  FRAME_COUNT,
  FRAME_COUNT_ONE,
  FRAME_FREE,
  FRAME_LINK,
  FRAME_MAPS,
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
const { head: ZONE_HEAD, free: ZONE_FREE } = POOL;
const { head: BLOCK_HEAD, free: BLOCK_FREE } = BLOCK;
const WORDS_PER_BLOCK = BLOCK_WORDS;
const BLOCK_SHIFT = SHIFT;
const FREE = FRAME_FREE;
const LINK = FRAME_LINK;
/** A frame's state with its one reference, before it is mapped and after. */
export const UNMAPPED = FRAME_COUNT_ONE;
const MAPPED_ONCE = FRAME_COUNT_ONE + FRAME_MAP_ONE;

/**
 * A zeroed frame with one reference and one mapping, from this CPU's list; 0 when that is empty and
 * the zone cannot be asked at once: then `yield* refill(cpu)` and try again.
 */
export function tryAllocFrame(cpu: Cpu): number {
  const { words, frames } = cpu.km;
  const pcp = cpu.pcp;
  if (words[pcp + HEAD] === words[pcp + TAIL] && !tryRefill(cpu)) return 0;
  const head = words[pcp + HEAD]!;
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
  if (cpu.mustYieldToAll()) yield STOP.step;
  if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
  return takeBatchAndUnlock(cpu);
}

/** The same without stopping: false also when somebody is due first or holds the zone's lock. */
function tryRefill(cpu: Cpu): boolean {
  if (cpu.mustYieldToAll() || !trySpinLock(cpu, cpu.km.at.zone)) return false;
  return takeBatchAndUnlock(cpu);
}

function takeBatchAndUnlock(cpu: Cpu): boolean {
  cpu.charge(COST.allocBatch, 1);
  const taken = takeBatch(cpu);
  spinUnlock(cpu, cpu.km.at.zone);
  return taken > 0;
}

/** rmqueue_bulk, under the zone's lock: recycled frames first, then frames never used. */
function takeBatch(cpu: Cpu): number {
  const { words } = cpu.km;
  const { zone } = cpu.km.at;
  const ring = cpu.pcp + RING;
  const head = words[cpu.pcp + HEAD]!;
  let taken = 0;
  while (taken < PCP_BATCH && words[zone + ZONE_HEAD] !== 0) {
    const block = words[zone + ZONE_HEAD]! - 1;
    taken += takeFromBlock(cpu, block, ring, head + taken, PCP_BATCH - taken);
  }
  words[zone + ZONE_FREE]! -= taken;
  if (taken === 0) taken = takeFresh(cpu, ring, head);
  words[cpu.pcp + HEAD] = head + taken;
  return taken;
}

/** Up to `count` frames of the first block, to ring positions from `at` on; unlists it if empty. */
function takeFromBlock(cpu: Cpu, block: number, ring: number, at: number, count: number): number {
  const { words, frames } = cpu.km;
  const record = cpu.km.at.blocks + block * WORDS_PER_BLOCK;
  const free = words[record + BLOCK_FREE]!;
  const taken = Math.min(free, count);
  let frame = words[record + BLOCK_HEAD]!;
  for (let i = 0; i < taken; i++) {
    words[ring + ((at + i) & RING_MASK)] = frame;
    frame = frames[frame * WORDS_PER_FRAME + STATE]! & LINK;
  }
  words[record + BLOCK_HEAD] = frame;
  words[record + BLOCK_FREE] = free - taken;
  if (free === taken) unlistFirstBlock(cpu);
  return taken;
}

/** A batch of frames never used, the lowest on top so that it is handed out first. */
function takeFresh(cpu: Cpu, ring: number, at: number): number {
  const { km } = cpu;
  const brk = km.words[km.at.zone + POOL.brk]!;
  const fresh = Math.min(PCP_BATCH, km.geometry.frames - brk);
  for (let i = 0; i < fresh; i++) {
    const frame = brk + fresh - i;
    km.frames[frame * WORDS_PER_FRAME + STATE] = FREE;
    km.words[ring + ((at + i) & RING_MASK)] = frame;
  }
  km.words[km.at.zone + POOL.brk] = brk + fresh;
  return fresh;
}

/**
 * Drops this CPU's reference to each of `count` frames, and frees those that nobody else has one to;
 * none of these is mapped any longer.
 */
export function* freeFrames(cpu: Cpu, list: Int32Array, count: number): Op<void> {
  const { zone } = cpu.km.at;
  cpu.charge(COST.freePage, count);
  for (let done = freeWhileAlone(cpu, list, 0, count); done < count;) {
    // A frame that is alone where the list is not full was not a moment ago: it is just freed.
    if (lengthOf(cpu) >= PCP_HIGH && isAlone(cpu, list[done]!)) {
      if (cpu.mustYieldToAll()) yield STOP.step;
      if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
      giveBatch(cpu);
      spinUnlock(cpu, zone);
    }
    done = freeWhileAlone(cpu, list, dropShared(cpu, list, done, count), count);
  }
}

/**
 * Frees onto this CPU's list until that is full, or the next frame is one that others may refer to, too.
 * Returns how far it got.
 */
function freeWhileAlone(cpu: Cpu, list: Int32Array, from: number, count: number): number {
  const { words, frames } = cpu.km;
  const ring = cpu.pcp + RING;
  const head = words[cpu.pcp + HEAD]!;
  const pages = Math.max(0, Math.min(count - from, PCP_HIGH - lengthOf(cpu)));
  let i = 0;
  for (; i < pages; i++) {
    const frame = list[from + i]!;
    const at = frame * WORDS_PER_FRAME + STATE;
    if (frames[at] !== UNMAPPED) break;
    frames[at] = FREE;
    words[ring + ((head + i) & RING_MASK)] = frame;
  }
  words[cpu.pcp + HEAD] = head + i;
  return from + i;
}

/** Frames on this CPU's list. Both its ends run free and wrap; their difference is the length all the same. */
function lengthOf({ km, pcp }: Cpu): number {
  return (km.words[pcp + HEAD]! - km.words[pcp + TAIL]!) | 0;
}

/** Whether a frame is not mapped, and its one reference is this CPU's. */
function isAlone({ km }: Cpu, frame: number): boolean {
  return km.frames[frame * WORDS_PER_FRAME + STATE] === UNMAPPED;
}

/** Drops references to shared frames from `from` on, up to one that is this CPU's alone, or is now. */
function dropShared(cpu: Cpu, list: Int32Array, from: number, count: number): number {
  const { frames } = cpu.km;
  let i = from;
  for (; i < count; i++) {
    const at = list[i]! * WORDS_PER_FRAME + STATE;
    if (isAlone(cpu, list[i]!)) break;
    if (!dropReference(frames, list[i]!)) continue;
    frames[at] = UNMAPPED;
    break;
  }
  return i;
}

/** put_page of a frame that others may refer to, too; whether this was the last reference. */
function dropReference(frames: Int32Array, frame: number): boolean {
  const state = Atomics.sub(frames, frame * WORDS_PER_FRAME + STATE, FRAME_COUNT_ONE);
  if (state < 0 || (state & FRAME_COUNT) === 0) badFree(frame, state);
  if ((state & FRAME_COUNT) !== FRAME_COUNT_ONE) return false;
  if ((state & (FRAME_MAPS | FRAME_CACHED)) !== 0) badFree(frame, state);
  return true;
}

function badFree(frame: number, state: number): never {
  assert(false, `frame ${frame} freed with state 0x${(state >>> 0).toString(16)}`);
  throw new Error('unreachable');
}

/** free_pcppages_bulk, under the zone's lock: the coldest batch, each frame to its block. */
function giveBatch(cpu: Cpu): void {
  const { words } = cpu.km;
  const ring = cpu.pcp + RING;
  const tail = words[cpu.pcp + TAIL]!;
  assert(lengthOf(cpu) >= PCP_BATCH, 'a CPU gives back frames that it does not have');
  for (let given = 0; given < PCP_BATCH;)
    given += giveRun(cpu, ring, tail + given, PCP_BATCH - given);
  words[cpu.km.at.zone + ZONE_FREE]! += PCP_BATCH;
  words[cpu.pcp + TAIL] = tail + PCP_BATCH;
}

/** The frames from ring position `at` on that are of one block, `count` at most; how many there were. */
function giveRun(cpu: Cpu, ring: number, at: number, count: number): number {
  const { words, frames } = cpu.km;
  let frame = words[ring + (at & RING_MASK)]!;
  const block = frame >>> BLOCK_SHIFT;
  const record = cpu.km.at.blocks + block * WORDS_PER_BLOCK;
  let head = words[record + BLOCK_HEAD]!;
  let given = 0;
  do {
    frames[frame * WORDS_PER_FRAME + STATE] = FREE | head;
    head = frame;
    given += 1;
    frame = words[ring + ((at + given) & RING_MASK)]!;
  } while (given < count && frame >>> BLOCK_SHIFT === block);
  words[record + BLOCK_HEAD] = head;
  if (words[record + BLOCK_FREE] === 0) listBlock(cpu, block);
  words[record + BLOCK_FREE]! += given;
  return given;
}

/**
 * Puts a block that gets its first free frame at the end of the zone's queue. First in, first out:
 * the frames just freed are still in the freeing CPU's cache, where another CPU would have to fetch
 * them from while the first goes on freeing.
 */
export function listBlock(cpu: Cpu, block: number): void {
  const { words } = cpu.km;
  const { zone, blocks } = cpu.km.at;
  const last = words[zone + POOL.tail]!;
  words[blocks + block * WORDS_PER_BLOCK + BLOCK.next] = 0;
  if (last === 0) words[zone + ZONE_HEAD] = block + 1;
  else words[blocks + (last - 1) * WORDS_PER_BLOCK + BLOCK.next] = block + 1;
  words[zone + POOL.tail] = block + 1;
}

/** Takes the first block off the zone's queue. */
function unlistFirstBlock(cpu: Cpu): void {
  const { words } = cpu.km;
  const { zone, blocks } = cpu.km.at;
  const first = words[zone + ZONE_HEAD]! - 1;
  const next = words[blocks + first * WORDS_PER_BLOCK + BLOCK.next]!;
  words[zone + ZONE_HEAD] = next;
  if (next === 0) words[zone + POOL.tail] = 0;
}
