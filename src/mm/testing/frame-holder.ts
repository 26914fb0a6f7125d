/**
 * Takes and frees page frames as the fault path and the gather do, and knows, apart from the
 * allocator, who has which frame and what it wrote there.
 */
import { FRAME, FRAME_MAP_ONE, FRAME_WORDS } from '../layout.js';
import type { Op } from '../op.js';
import { freeFrames, refill, tryAllocFrame } from '../page-alloc.js';
import type { TestCpu, TestMachine } from './test-machine.js';

export class FrameHolder {
  readonly machine: TestMachine;
  /** Frames handed out, in the order of handing out, with the word written to each. */
  readonly held = new Map<number, number>();
  /** What the allocator did that it must not. */
  readonly wrongs: string[] = [];
  #serial = 0;

  constructor(machine: TestMachine) {
    this.machine = machine;
  }

  /** A frame, or 0 when there is none to be had. */
  *take(cpu: TestCpu): Op<number> {
    let frame = tryAllocFrame(cpu);
    if (frame === 0 && (yield* refill(cpu))) frame = tryAllocFrame(cpu);
    if (frame === 0) return 0;
    const { frames, geometry } = this.machine.km;
    const content = frame * FRAME_WORDS + FRAME.content;
    if (frame > geometry.frames) this.wrongs.push(`frame ${frame} does not exist`);
    if (this.held.has(frame)) this.wrongs.push(`frame ${frame} is handed out twice`);
    if (frames[content] !== 0) this.wrongs.push(`frame ${frame} is handed out unzeroed`);
    this.#serial += 1;
    frames[content] = this.#serial;
    this.held.set(frame, this.#serial);
    return frame;
  }

  /** Frees frames that are held, as an unmap does: the mapping goes first. */
  *free(cpu: TestCpu, list: readonly number[]): Op<void> {
    const { frames } = this.machine.km;
    for (const frame of list) {
      const at = frame * FRAME_WORDS;
      if (frames[at + FRAME.content] !== this.held.get(frame)) {
        this.wrongs.push(`frame ${frame} was written while it was held`);
      }
      frames[at + FRAME.state]! -= FRAME_MAP_ONE;
      this.held.delete(frame);
    }
    yield* freeFrames(cpu, Int32Array.from(list), list.length);
  }

  /** Up to `count` of the frames held, from the `skip`-th on. */
  some(skip: number, count: number): number[] {
    return [...this.held.keys()].slice(skip, skip + count);
  }
}
