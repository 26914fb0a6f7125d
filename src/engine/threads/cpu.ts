/** A CPU that is a real thread, and how its ops are driven. */
import { availableParallelism } from 'node:os';
import { Gather } from '../../mm/gather.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { STAT, TASK } from '../../mm/layout.js';
import { Cpu, STOP, type CpuTimes, type LockRecorder, type Op } from '../../mm/op.js';
import { threadCpuNs } from './thread-time.js';

/** Loads of a contended word before the thread gives its core to somebody else. */
const SPINS = 2000;
/** A spinner's nap, ms: only ever long when the holder has lost its core. */
const NAP_MS = 0.05;
/**
 * How long a task waits awake for a running owner, in looks of about 10 us. With more tasks than
 * cores the owner may well be the one that has no core, and every look is taken from it.
 */
const LOOKS_MAX = 1000;
const CROWDED_LOOKS_MAX = 2;

export class ThreadCpu extends Cpu {
  /** Whether more tasks run than there are cores. */
  isCrowded: boolean;

  /** Threads start their clocks at 0 when they start; this makes them one. */
  readonly #clockOffsetNs: number;

  /** `epochMs`: where all CPUs of a run begin to count, as a `performance.timeOrigin`. */
  constructor(
    km: KernelMemory,
    task: number,
    recorder: LockRecorder,
    epochMs = performance.timeOrigin,
  ) {
    super(km, task, recorder, new Gather());
    this.#clockOffsetNs = (performance.timeOrigin - epochMs) * 1e6;
    this.isCrowded = km.geometry.tasks > availableParallelism();
  }

  /** Others run anyway. */
  override mustYield(): boolean {
    return false;
  }

  override shouldYield(): boolean {
    return false;
  }

  /** Work on threads costs what it costs. */
  override charge(): void {
    // Nothing to account: the wall clock does it.
  }

  override now(): number {
    return this.#clockOffsetNs + performance.now() * 1e6;
  }

  /** All of it is the simulated kernel's: what user mode does here is to store single words. */
  override cpuTimes(): CpuTimes {
    return { userNs: 0, totalNs: threadCpuNs() ?? this.now() };
  }

  override burn(ns: number): void {
    const since = this.now();
    while (!this.hasPassed(since, ns)) {
      // The clock alone says when to go on.
    }
  }

  override hasPassed(since: number, ns: number): boolean {
    return this.now() - since >= ns;
  }

  /** A thread does not know whether others wait for its core; it can count, and knows the cores. */
  override needResched(looks: number): boolean {
    return looks >= (this.isCrowded ? CROWDED_LOOKS_MAX : LOOKS_MAX);
  }

  override wake(task: number): void {
    Atomics.notify(this.km.words, this.km.taskAt(task) + TASK.wake);
  }
}

/**
 * Runs an op to its end on the calling thread. Before it sleeps it looks `wakeLooks` times whether it
 * is woken, as Linux does in a guest (haltpoll): worth it for threads that have a core to themselves.
 */
export function drive<T>(cpu: Cpu, op: Op<T>, wakeLooks = 0): T {
  const { words } = cpu.km;
  for (;;) {
    const step = op.next();
    if (step.done === true) return step.value;
    if (step.value === STOP.sleep) sleep(cpu, wakeLooks);
    else if (step.value === STOP.pause) pause(cpu);
    else if (step.value !== STOP.step) spin(words, cpu.spinWord, cpu.spinValue);
  }
}

/** Until the task's wake word is set. No time-out: a lost wake-up is to be found, not slept over. */
function sleep(cpu: Cpu, looks: number): void {
  const { self } = cpu;
  const { words, stats } = cpu.km;
  const wake = self + TASK.wake;
  if (Atomics.load(words, wake) !== 0) return;
  stats[cpu.stat + STAT.switches]! += 1;
  words[self + TASK.offCpu] = 1;
  for (let i = 0; i < looks && Atomics.load(words, wake) === 0; i++);
  while (Atomics.load(words, wake) === 0) Atomics.wait(words, wake, 0);
  words[self + TASK.offCpu] = 0;
}

function spin(words: Int32Array, word: number, value: number): void {
  for (let i = 0; i < SPINS; i++) {
    if (Atomics.load(words, word) !== value) return;
  }
  Atomics.wait(words, word, value, NAP_MS);
}

/** A word of this thread's own that nobody ever changes. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

function pause(cpu: Cpu): void {
  const { words, stats } = cpu.km;
  stats[cpu.stat + STAT.switches]! += 1;
  words[cpu.self + TASK.offCpu] = 1;
  for (let left = 1; left > 0; left = cpu.pauseUntilNs - cpu.now()) {
    Atomics.wait(NEVER, 0, 0, (cpu.pauseUntilNs - cpu.now()) / 1e6);
  }
  words[cpu.self + TASK.offCpu] = 0;
}
