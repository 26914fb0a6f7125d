/**
 * Whole blocks of 512 neighbouring frames, for huge pages: what Linux has the orders of its buddy system
 * for. A block is whole when all its frames are on the zone's list of it; which blocks are listed, and
 * how, is `page-alloc.ts`' matter.
 */
import { assert } from '../util/assert.js';
import {
  BLOCK,
  BLOCK_SHIFT,
  BLOCK_WORDS,
  FRAME,
  FRAME_COUNT_ONE,
  FRAME_FREE,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  POOL,
} from './layout.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { listBlock } from './page-alloc.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';

const FRAMES = 1 << BLOCK_SHIFT;
const EXCLUSIVE = FRAME_COUNT_ONE + FRAME_MAP_ONE;
/** Listed blocks that are looked at before memory that was never used is taken. */
const LOOKS = 64;

/** A block of zeroed frames, each with one reference and one mapping; 0 when none is whole. */
export function* takeBlock(cpu: Cpu): Op<number> {
  const { zone } = cpu.km.at;
  if (cpu.mustYieldToAll()) yield STOP.step;
  if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
  let block = takeListed(cpu, LOOKS);
  if (block === 0) block = takeFresh(cpu);
  if (block === 0) block = takeListed(cpu, Infinity);
  spinUnlock(cpu, zone);
  cpu.charge(COST.allocBatch, 1);
  if (block === 0) return 0;
  const { frames } = cpu.km;
  for (let frame = block * FRAMES; frame < (block + 1) * FRAMES; frame++) {
    frames[frame * FRAME_WORDS + FRAME.state] = EXCLUSIVE;
    frames[frame * FRAME_WORDS + FRAME.content] = 0;
  }
  return block;
}

/** Frees blocks whose frames have their one reference and mapping still, and nobody to use them. */
export function* giveBlocks(cpu: Cpu, blocks: Int32Array, count: number): Op<void> {
  if (count === 0) return;
  const { zone } = cpu.km.at;
  cpu.charge(COST.freePage, count);
  if (cpu.mustYieldToAll()) yield STOP.step;
  if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
  for (let i = 0; i < count; i++) giveBlock(cpu, blocks[i]!);
  spinUnlock(cpu, zone);
}

function giveBlock(cpu: Cpu, block: number): void {
  const { frames } = cpu.km;
  const first = block * FRAMES;
  for (let frame = first; frame < first + FRAMES; frame++) {
    const state = frames[frame * FRAME_WORDS + FRAME.state]!;
    assert(state === EXCLUSIVE, `frame ${frame} of a huge page freed with state ${state}`);
  }
  giveFrames(cpu, block, first, first + FRAMES);
}

/** Puts the frames [first, end) of a block on the zone's list of it; the lowest will be first. */
function giveFrames(cpu: Cpu, block: number, first: number, end: number): void {
  const { words, frames, at } = cpu.km;
  const record = at.blocks + block * BLOCK_WORDS;
  let head = words[record + BLOCK.head]!;
  for (let frame = end - 1; frame >= first; frame--) {
    frames[frame * FRAME_WORDS + FRAME.state] = FRAME_FREE | head;
    head = frame;
  }
  words[record + BLOCK.head] = head;
  if (words[record + BLOCK.free] === 0) listBlock(cpu, block);
  words[record + BLOCK.free]! += end - first;
  words[at.zone + POOL.free]! += end - first;
}

/** The first whole block among the first so many of the queue. */
function takeListed(cpu: Cpu, looks: number): number {
  const { words, at } = cpu.km;
  let before = 0;
  let next = words[at.zone + POOL.head]!;
  for (let looked = 0; next !== 0 && looked < looks; looked++) {
    const record = at.blocks + (next - 1) * BLOCK_WORDS;
    if (words[record + BLOCK.free] === FRAMES) {
      unlist(cpu, before, next);
      words[record + BLOCK.head] = 0;
      words[record + BLOCK.free] = 0;
      words[at.zone + POOL.free]! -= FRAMES;
      return next - 1;
    }
    before = next;
    next = words[record + BLOCK.next]!;
  }
  return 0;
}

/** Takes a block (plus one, as the queue has them) out from behind another, 0 being none. */
function unlist(cpu: Cpu, before: number, listed: number): void {
  const { words, at } = cpu.km;
  const next = words[at.blocks + (listed - 1) * BLOCK_WORDS + BLOCK.next]!;
  if (before === 0) words[at.zone + POOL.head] = next;
  else words[at.blocks + (before - 1) * BLOCK_WORDS + BLOCK.next] = next;
  if (words[at.zone + POOL.tail] === listed) words[at.zone + POOL.tail] = before;
}

/** The next block that was never used; frames that are skipped for it go to the zone. */
function takeFresh(cpu: Cpu): number {
  const { words, at, geometry } = cpu.km;
  const brk = words[at.zone + POOL.brk]!;
  const block = Math.ceil((brk + 1) / FRAMES);
  const last = (block + 1) * FRAMES - 1;
  if (last > geometry.frames) return 0;
  if (block * FRAMES > brk + 1) giveFrames(cpu, block - 1, brk + 1, block * FRAMES);
  words[at.zone + POOL.brk] = last;
  return block;
}
