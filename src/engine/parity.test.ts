/**
 * What a task leaves behind does not depend on who schedules it: with nobody to wait for, the threads
 * engine's CPU and the virtual machine's leave the same bytes and count the same.
 */
import { describe, expect, it } from 'vitest';
import { checkKernel, checkTornDown } from '../mm/check.js';
import { exitMmap } from '../mm/exit.js';
import { kernelByName, kernelNames } from '../mm/kernels.js';
import { KernelMemory } from '../mm/kernel-memory.js';
import { PAGE_SIZE, STAT, STAT_COUNT, TASK } from '../mm/layout.js';
import { Mm } from '../mm/mm.js';
import { STOP, type Cpu, type Op } from '../mm/op.js';
import type { Backing } from '../plan/memory.js';
import { WaitHistogram } from '../samples/wait-histogram.js';
import { Prng, STREAM } from '../util/prng.js';
import type { StressorRun } from '../workload/stressor.js';
import { stressorByName } from '../workload/stressors/index.js';
import { TaskRecorder } from './task-recorder.js';
import { ThreadCpu, drive } from './threads/cpu.js';
import { Machine } from './virtual/machine.js';
import { modelWith } from './virtual/testing/small-machine.js';

const PAGES = 3000;
/** Task 1 has nothing to do with memory. */
const TASKS = 2;

interface Work {
  readonly kernel: string;
  readonly stressor: string;
  readonly thresholdPages: number;
  /** How often the task looks whether it may stop before it may. */
  readonly looks: number;
  readonly backing?: Backing;
}

interface Outcome {
  readonly km: KernelMemory;
  /** Ends the task and its address space; what is left of them. */
  end(): string[];
  readonly holds: number;
}

function boot(): KernelMemory {
  const km = KernelMemory.create({
    tasks: TASKS,
    mms: 1,
    frames: 2 * PAGES,
    tables: 64,
    vmas: 512,
    files: 2,
    maxMapCount: 256,
  });
  Mm.create(km, 0);
  return km;
}

function begin(cpu: Cpu, work: Work): StressorRun {
  const { kernel, stressor, thresholdPages, looks, backing = 'anonymous' } = work;
  let left = looks;
  return stressorByName(stressor).start({
    cpu,
    mm: Mm.attach(cpu.km, 0),
    kernel: kernelByName(kernel),
    task: 0,
    tasks: 1,
    bytes: PAGES * PAGE_SIZE,
    backing,
    thresholdPages,
    phase: 0.4,
    prng: new Prng(7, STREAM.task),
    stopping: () => left-- <= 0,
  });
}

function outcome(
  cpu: Cpu,
  recorder: TaskRecorder,
  run: StressorRun,
  alone: (op: Op<void>) => void,
): Outcome {
  const { km } = cpu;
  const { count: holds } = WaitHistogram.decode(recorder.report().writeHold);
  const end = (): string[] => {
    if (run.finish !== undefined) alone(run.finish());
    alone(exitMmap(cpu, Mm.attach(km, 0)));
    return checkTornDown(km);
  };
  return { km, holds, end };
}

function onThread(work: Work): Outcome {
  const km = boot();
  const recorder = new TaskRecorder();
  const cpu = new ThreadCpu(km, 0, recorder);
  const run = begin(cpu, work);
  drive(cpu, run.setup());
  drive(cpu, run.program());
  return outcome(cpu, recorder, run, (op) => {
    drive(cpu, op);
  });
}

/** `restless`: another task stops the one that works before every one of its steps. */
function inVirtualTime(work: Work, restless: boolean): Outcome {
  const km = boot();
  const recorder = new TaskRecorder();
  const machine = new Machine(modelWith(2, { workSpreadPercent: 20 }), km, recorder);
  const [cpu, other] = machine.tasks as [Machine['tasks'][0], Machine['tasks'][0]];
  const run = begin(cpu, work);
  let isDone = false;
  let stops = 0;
  const whole = function* (): Op<void> {
    yield* run.setup();
    yield* run.program();
    isDone = true;
  };
  const disturb = function* (): Op<void> {
    while (restless && !isDone) {
      other.timeNs = Math.max(other.timeNs, cpu.timeNs);
      stops += 1;
      yield STOP.step;
    }
  };
  machine.run([whole(), disturb()], Infinity, () => undefined);
  expect(stops > 1000).toBe(restless);
  return outcome(cpu, recorder, run, (op) => {
    machine.horizonNs = Infinity;
    expect(op.next().done).toBe(true);
  });
}

/** How long munmaps took is on the engine's clock, and it says when a task has a CPU. */
const OF_ENGINE = [STAT.munmapNs, STAT.switches];

/** Words that are the engine's own business, by where they are: all others must be equal. */
function except(km: KernelMemory): Set<number> {
  const words = new Set<number>();
  for (let task = 0; task < TASKS; task++) {
    // Whether the task has a CPU is for its engine to say.
    words.add(km.taskAt(task) + TASK.offCpu);
    for (const counter of OF_ENGINE) {
      words.add(2 * (km.statIndex(task) + counter));
      words.add(2 * (km.statIndex(task) + counter) + 1);
    }
  }
  return words;
}

/** Where the buffers differ, as `region + word`, of the first words that do. */
function differences(a: KernelMemory, b: KernelMemory): string[] {
  const [one, other] = [a, b].map(({ buffer }) => new Int32Array(buffer)) as [
    Int32Array,
    Int32Array,
  ];
  const ignored = except(a);
  const regions = Object.entries(a.at);
  const found: string[] = [];
  for (let word = 0; word < one.length && found.length < 10; word++) {
    if (one[word] === other[word] || ignored.has(word)) continue;
    const [name, first] = regions.filter(([, at]) => at <= word).at(-1) ?? ['header', 0];
    found.push(`${name} + ${word - first}: ${one[word]!} and ${other[word]!}`);
  }
  return found;
}

function counters({ km }: Outcome): number[] {
  const counts = Array.from(km.stats.subarray(km.statIndex(0), km.statIndex(0) + STAT_COUNT));
  for (const counter of OF_ENGINE) counts[counter] = 0;
  return counts;
}

const WORKS = kernelNames().flatMap((kernel): Work[] => [
  // Everything large, and everything small.
  { kernel, stressor: 'fault-munmap', thresholdPages: 1, looks: 30 },
  { kernel, stressor: 'fault-munmap', thresholdPages: PAGES + 1, looks: 30 },
  { kernel, stressor: 'munmap-storm', thresholdPages: 8, looks: 2000 },
  { kernel, stressor: 'fault-munmap', thresholdPages: 1, looks: 30, backing: 'disk' },
  { kernel, stressor: 'fault-munmap', thresholdPages: PAGES + 1, looks: 30, backing: 'tmpfs' },
]);

const NAMED = WORKS.map((work) => ({ ...work, of: work.backing ?? 'anonymous' }));

describe.each(NAMED)('$kernel, $stressor, $of, threshold $thresholdPages pages', (work) => {
  it.each([
    ['undisturbed', false],
    ['stopped before every step', true],
  ])('on a thread and, %s, in virtual time: the same bytes and counters', (_, restless) => {
    const thread = onThread(work);
    const virtual = inVirtualTime(work, restless);
    expect(differences(thread.km, virtual.km)).toEqual([]);
    expect(counters(virtual)).toEqual(counters(thread));
    expect(virtual.holds).toBe(thread.holds);
    expect(checkKernel(virtual.km).violations).toEqual([]);
    const flushes = counters(thread)[STAT.dirtyFlushes]!;
    expect(flushes > 10).toBe(work.backing !== undefined);
    // There was something to be equal in.
    const counted = counters(thread);
    expect(counted[STAT.faultsMinor]).toBeGreaterThan(100);
    expect(counted[STAT.munmapCalls]).toBeGreaterThan(2);
    expect(virtual.end()).toEqual([]);
    expect(thread.end()).toEqual([]);
    expect(differences(thread.km, virtual.km)).toEqual([]);
  });
});

it('a difference anywhere is found', () => {
  const work = WORKS[0]!;
  const [one, other] = [onThread(work), onThread(work)];
  expect(differences(one.km, other.km)).toEqual([]);
  const words = new Int32Array(other.km.buffer);
  for (const [region, first] of Object.entries(other.km.at)) {
    // No stressor here shares words.
    if (region === 'end' || region === 'shared') continue;
    words[first]! += 1;
    expect(differences(one.km, other.km)).toEqual([expect.stringContaining(`${region} + 0:`)]);
    words[first]! -= 1;
  }
});
