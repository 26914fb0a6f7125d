/** The zone's free lists link by link: slow on a large zone, so apart from `check.ts`. */
import type { KernelMemory } from './kernel-memory.js';
import { BLOCK, BLOCK_SHIFT, BLOCK_WORDS, FRAME, FRAME_LINK, FRAME_WORDS, POOL } from './layout.js';

/** Sentences as checkKernel's; empty when every list holds what its counters say, once. */
export function checkZoneList(km: KernelMemory): string[] {
  const seen = new Uint8Array(km.geometry.frames + 1);
  const { zone, blocks } = km.at;
  let listed = 0;
  let last = 0;
  for (let at = km.words[zone + POOL.head]!; at !== 0;) {
    const record = blocks + (at - 1) * BLOCK_WORDS;
    const free = km.words[record + BLOCK.free]!;
    if (free === 0) return [`zone block ${at - 1} is listed and has no free frame`];
    const broken = checkBlock(km, at - 1, seen);
    if (broken !== undefined) return [broken];
    listed += free;
    last = at;
    at = km.words[record + BLOCK.next]!;
  }
  if (km.words[zone + POOL.tail] !== last) return ['zone queue does not end at its last block'];
  const expected = km.words[zone + POOL.free]!;
  return listed === expected ? [] : [`zone blocks list ${listed} of ${expected} free frames`];
}

function checkBlock(km: KernelMemory, block: number, seen: Uint8Array): string | undefined {
  const record = km.at.blocks + block * BLOCK_WORDS;
  const free = km.words[record + BLOCK.free]!;
  let frame = km.words[record + BLOCK.head]!;
  for (let i = 0; i < free; i++) {
    if (frame === 0) return `zone block ${block} ends after ${i} of ${free} frames`;
    if (seen[frame] === 1) return `zone block ${block} comes back to frame ${frame}`;
    if (frame >>> BLOCK_SHIFT !== block) return `zone block ${block} lists foreign frame ${frame}`;
    seen[frame] = 1;
    const state = km.frames[frame * FRAME_WORDS + FRAME.state]!;
    if (state >= 0) return `zone block ${block} lists frame ${frame}, which is in use`;
    frame = state & FRAME_LINK;
  }
  return frame === 0 ? undefined : `zone block ${block} goes on after its ${free} frames`;
}
