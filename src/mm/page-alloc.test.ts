import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { checkKernel } from './check.js';
import { FRAME, FRAME_COUNT_ONE, FRAME_FREE, FRAME_WORDS, PCP, POOL } from './layout.js';
import type { Op } from './op.js';
import { PCP_BATCH, PCP_HIGH, freeFrames, putBackFrame, tryAllocFrame } from './page-alloc.js';
import { FrameHolder } from './testing/frame-holder.js';
import {
  interleave,
  runAlone,
  testMachine,
  violations,
  type TestCpu,
  type TestMachine,
} from './testing/test-machine.js';

/** Starts of the per-CPU rings' ends, which run free: their sums must pass 2^31 and 2^32 unharmed. */
const RING_STARTS = [0, 0x7fff_ff80, -0x80];

function machineWithRingsAt(start: number, frames: number, tasks = 3): TestMachine {
  const machine = testMachine({ tasks, frames });
  for (const { pcp } of machine.cpus) {
    machine.km.words[pcp + PCP.head] = start;
    machine.km.words[pcp + PCP.tail] = start;
  }
  return machine;
}

function listLength(cpu: TestCpu): number {
  return (cpu.km.words[cpu.pcp + PCP.head]! - cpu.km.words[cpu.pcp + PCP.tail]!) | 0;
}

function takeMany(holder: FrameHolder, cpu: TestCpu, count: number): number[] {
  const taken: number[] = [];
  while (taken.length < count) {
    const frame = runAlone(holder.take(cpu));
    if (frame === 0) break;
    taken.push(frame);
  }
  return taken;
}

function free(holder: FrameHolder, cpu: TestCpu, list: readonly number[]): void {
  runAlone(holder.free(cpu, list));
}

/** Frees what is held, then lets every CPU take all it can: every frame must come out, once. */
function expectAllComeBack(holder: FrameHolder): void {
  const { machine } = holder;
  free(holder, machine.cpus[0]!, holder.some(0, Infinity));
  expect(violations(machine)).toEqual([]);
  expect(checkKernel(machine.km).mappedFrames).toBe(0);
  for (const cpu of machine.cpus) takeMany(holder, cpu, Infinity);
  expect(holder.held.size).toBe(machine.km.geometry.frames);
  expect(holder.wrongs).toEqual([]);
}

describe.each(RING_STARTS)('with ring ends that start at %i', (start) => {
  it.each([1, 2, 3, 4, 5, 6])('hands no frame out twice and loses none, seed %i', (seed) => {
    const prng = new Prng(seed, 1);
    const holder = new FrameHolder(machineWithRingsAt(start, 700 + prng.below(700)));
    for (let i = 0; i < 150; i++) {
      const cpu = holder.machine.cpus[prng.below(3)]!;
      if (prng.below(2) === 0) takeMany(holder, cpu, prng.below(120));
      else free(holder, cpu, holder.some(prng.below(100), prng.below(260)));
      expect(holder.wrongs, `seed ${seed}, step ${i}`).toEqual([]);
    }
    expectAllComeBack(holder);
  });

  it('hands no frame out twice when CPUs interleave at the zone', () => {
    for (let seed = 0; seed < 40; seed++) {
      const holder = new FrameHolder(machineWithRingsAt(start, 600, 4));
      const prng = new Prng(seed, 2);
      const ops = holder.machine.cpus.map(function* (cpu): Op<void> {
        for (let round = 0; round < 6; round++) {
          const mine: number[] = [];
          for (let i = prng.below(100); i > 0; i--) mine.push(yield* holder.take(cpu));
          const had = mine.filter((frame) => frame !== 0);
          yield* holder.free(cpu, had.slice(prng.below(4)));
        }
      });
      interleave(holder.machine.cpus, ops, prng);
      expect(holder.wrongs, `seed ${seed}`).toEqual([]);
      expectAllComeBack(holder);
    }
  });
});

describe('running out', () => {
  it('gives 0 and false, and recovers as soon as one frame comes back', () => {
    const machine = testMachine({ tasks: 1, frames: 100 });
    const holder = new FrameHolder(machine);
    const cpu = machine.cpus[0]!;
    expect(takeMany(holder, cpu, Infinity)).toHaveLength(100);
    expect(tryAllocFrame(cpu)).toBe(0);
    expect(runAlone(holder.take(cpu))).toBe(0);
    const [first] = holder.some(0, 1);
    free(holder, cpu, [first!]);
    expect(takeMany(holder, cpu, Infinity)).toEqual([first]);
    expectAllComeBack(holder);
  });

  it("leaves other CPUs' lists alone: what they keep back is not to be had", () => {
    const machine = testMachine({ tasks: 2, frames: 4 * PCP_BATCH });
    const holder = new FrameHolder(machine);
    const [one, two] = [machine.cpus[0]!, machine.cpus[1]!];
    takeMany(holder, two, 1);
    expect(takeMany(holder, one, Infinity)).toHaveLength(3 * PCP_BATCH);
    expect(takeMany(holder, two, Infinity)).toHaveLength(PCP_BATCH - 1);
    expectAllComeBack(holder);
  });
});

describe('the per-CPU list', () => {
  it('is filled by one batch, and hands out lowest frames first', () => {
    const machine = testMachine({ tasks: 1 });
    const holder = new FrameHolder(machine);
    const cpu = machine.cpus[0]!;
    expect(takeMany(holder, cpu, 3)).toEqual([1, 2, 3]);
    expect(listLength(cpu)).toBe(PCP_BATCH - 3);
    expect(machine.km.words[machine.km.at.zone + POOL.brk]).toBe(PCP_BATCH);
  });

  it('hands out last what was freed first, and holds no more than its high mark', () => {
    const machine = testMachine({ tasks: 1 });
    const holder = new FrameHolder(machine);
    const cpu = machine.cpus[0]!;
    const taken = takeMany(holder, cpu, 10 * PCP_BATCH);
    expect(listLength(cpu)).toBe(0);
    free(holder, cpu, taken.slice(0, PCP_HIGH));
    expect(listLength(cpu)).toBe(PCP_HIGH);
    expect(machine.km.words[machine.km.at.zone + POOL.free]).toBe(0);

    free(holder, cpu, taken.slice(PCP_HIGH, PCP_HIGH + 1));
    expect(listLength(cpu)).toBe(PCP_HIGH + 1 - PCP_BATCH);
    expect(machine.km.words[machine.km.at.zone + POOL.free]).toBe(PCP_BATCH);

    const hottestFirst = taken.slice(PCP_BATCH, PCP_HIGH + 1).reverse();
    expect(takeMany(holder, cpu, hottestFirst.length)).toEqual(hottestFirst);
    expect(takeMany(holder, cpu, PCP_BATCH).sort((a, b) => a - b)).toEqual(
      taken.slice(0, PCP_BATCH),
    );
  });

  it('takes a frame back that never became visible', () => {
    const machine = testMachine({ tasks: 1 });
    const holder = new FrameHolder(machine);
    const cpu = machine.cpus[0]!;
    takeMany(holder, cpu, 1);
    const frame = tryAllocFrame(cpu);
    putBackFrame(cpu, frame);
    expect(machine.km.frames[frame * FRAME_WORDS + FRAME.state]).toBe(FRAME_FREE);
    expect(tryAllocFrame(cpu)).toBe(frame);
  });
});

it('writes nothing to frames that were never handed out', () => {
  const machine = testMachine({ tasks: 2, frames: 4096 });
  const { km, cpus } = machine;
  const holder = new FrameHolder(machine);
  for (const cpu of cpus) {
    const taken = takeMany(holder, cpu, 400);
    free(holder, cpu, taken);
  }
  const brk = km.words[km.at.zone + POOL.brk]!;
  expect(brk).toBeGreaterThanOrEqual(400);
  expect(brk).toBeLessThanOrEqual(2 * 400 + 2 * PCP_BATCH);
  const above = km.frames.subarray((brk + 1) * FRAME_WORDS);
  expect(above.every((word) => word === 0)).toBe(true);
});

it('asserts that a frame is neither freed twice nor freed while mapped', () => {
  const machine = testMachine({ tasks: 1 });
  const cpu = machine.cpus[0]!;
  const holder = new FrameHolder(machine);
  const [mapped, freed] = takeMany(holder, cpu, 2);
  expect(() => {
    runAlone(freeFrames(cpu, Int32Array.of(mapped!), 1));
  }).toThrow(`frame ${mapped!} freed with state 0x8001`);
  free(holder, cpu, [freed!]);
  expect(() => {
    runAlone(freeFrames(cpu, Int32Array.of(freed!), 1));
  }).toThrow(`frame ${freed!} freed with state 0x80000000`);
});

it('a frame that another CPU lets go of between two looks takes no others along', () => {
  const machine = testMachine({ tasks: 2, frames: 512 });
  const [cpu] = machine.cpus as [TestCpu];
  const { frames } = machine.km;
  const holder = new FrameHolder(machine);
  const [shared, ...kept] = takeMany(holder, cpu, 2 * PCP_BATCH) as [number, ...number[]];
  const state = shared * FRAME_WORDS + FRAME.state;
  frames[state] = 2 * FRAME_COUNT_ONE;
  let looks = 0;
  const list = {
    get 0() {
      // The other's reference goes after the first look.
      looks += 1;
      if (looks === 2) frames[state] = FRAME_COUNT_ONE;
      return shared;
    },
  };
  runAlone(freeFrames(cpu, list as unknown as Int32Array, 1));
  holder.held.delete(shared);
  expect(looks).toBeGreaterThan(2);
  expect(kept.map((frame) => frames[frame * FRAME_WORDS + FRAME.state])).not.toContain(FRAME_FREE);
  expectAllComeBack(holder);
});
