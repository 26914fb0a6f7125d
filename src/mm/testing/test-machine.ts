/**
 * A small simulated machine in one thread, for tests: CPUs that record what mmap_sem did, a driver
 * that runs one op to its end, and a seeded scheduler that interleaves many ops at every step.
 */
import { checkZoneList } from '../check-zone.js';
import { checkKernel } from '../check.js';
import { Gather } from '../gather.js';
import { KernelMemory, type Geometry } from '../kernel-memory.js';
import { SEM, MM, TASK } from '../layout.js';
import { Mm } from '../mm.js';
import { Cpu, STOP, type Cost, type Op } from '../op.js';
import { uniform, type Schedule } from './schedule.js';
import type { Prng } from '../../util/prng.js';

/** Records what it is told, in the order it is told. */
export class LockLog {
  readonly writeHolds: number[] = [];
  readonly readWaits: number[] = [];
  readonly faultWaits: number[] = [];
  readonly writeWaits: number[] = [];

  writeHold(ns: number): void {
    this.writeHolds.push(ns);
  }

  readWait(ns: number): void {
    this.readWaits.push(ns);
  }

  faultWait(ns: number): void {
    this.faultWaits.push(ns);
  }

  writeWait(ns: number): void {
    this.writeWaits.push(ns);
  }
}

export class TestCpu extends Cpu {
  readonly log: LockLog;
  /** Whether every visible step is a stop, as under an exploring engine. */
  stepwise = false;
  /** What the CPU says when it is asked whether so much time has passed. */
  timeHasPassed = false;
  /** Looks of a spinner after which the CPU is needed elsewhere. */
  looksMax = 2;
  /** How much work of each kind (COST) was charged. */
  readonly charged = new Float64Array(16);
  burnedNs = 0;
  /** Ticks once per look, so that durations are counts of looks. */
  #clock = 0;

  constructor(km: KernelMemory, task: number) {
    const log = new LockLog();
    super(km, task, log, new Gather());
    this.log = log;
  }

  override mustYield(): boolean {
    return this.stepwise;
  }

  override charge(cost: Cost, times: number): void {
    this.charged[cost]! += times;
  }

  override now(): number {
    this.#clock += 1;
    return this.#clock;
  }

  override burn(ns: number): void {
    this.#clock += ns;
    this.burnedNs += ns;
  }

  override hasPassed(): boolean {
    return this.timeHasPassed;
  }

  override needResched(looks: number): boolean {
    return looks >= this.looksMax;
  }

  override wake(): void {
    // The scheduler below looks at the wake words itself.
  }
}

export interface TestMachine {
  readonly km: KernelMemory;
  readonly mm: Mm;
  readonly cpus: readonly TestCpu[];
  /** One address space per `mms` of the geometry; `mm` is the first. */
  readonly mms: readonly Mm[];
}

export function testMachine(geometry: Partial<Geometry> = {}): TestMachine {
  const full: Geometry = {
    tasks: 2,
    mms: 1,
    frames: 4096,
    tables: 256,
    vmas: 256,
    files: 0,
    maxMapCount: 65530,
    ...geometry,
  };
  const km = KernelMemory.create(full);
  const mms = Array.from({ length: full.mms }, (_, id) => Mm.create(km, id));
  for (let task = 0; task < full.tasks; task++)
    km.words[km.taskAt(task) + TASK.mm] = task % full.mms;
  const cpus = Array.from({ length: full.tasks }, (_, task) => new TestCpu(km, task));
  return { km, mm: mms[0]!, mms, cpus };
}

/** Runs an op that nobody else can hold up. */
export function runAlone<T>(op: Op<T>): T {
  for (let steps = 0; steps < 10_000_000; steps++) {
    const step = op.next();
    if (step.done === true) return step.value;
    if (step.value !== STOP.step) throw new Error('an op that runs alone waits for somebody');
  }
  throw new Error('an op that runs alone does not end');
}

/** Goes on with an op for as long as `until` does not hold. */
export function runUntil(op: Op<unknown>, until: () => boolean): void {
  while (!until()) {
    if (op.next().done === true) throw new Error('the op is over too soon');
  }
}

/** Every task's op is stuck: nobody can run. */
export class Deadlock extends Error {
  override readonly name = 'Deadlock';
}

/**
 * Runs one op per CPU to their ends, a seeded random one of the runnable ones for every step, or the
 * one that `schedule` picks. Throws Deadlock with who waits for what when nobody is runnable.
 */
export function interleave(
  cpus: readonly TestCpu[],
  ops: readonly Op<unknown>[],
  prng: Prng,
  schedule: Schedule = uniform(prng),
): void {
  const state = ops.map((): 'runnable' | 'sleeping' | 'spinning' | 'done' => 'runnable');
  for (const cpu of cpus) cpu.stepwise = true;
  for (let steps = 0; steps < 5_000_000; steps++) {
    const runnable: number[] = [];
    for (let i = 0; i < ops.length; i++) if (isRunnable(cpus[i]!, state[i]!)) runnable.push(i);
    if (runnable.length === 0) {
      for (const cpu of cpus) cpu.stepwise = false;
      if (state.every((s) => s === 'done')) return;
      throw new Deadlock(describeStuck(cpus, state));
    }
    const next = schedule.pick(runnable);
    const step = ops[next]!.next();
    if (step.done === true) {
      state[next] = 'done';
      continue;
    }
    schedule.stopped(next, step.value);
    if (step.value === STOP.sleep) state[next] = 'sleeping';
    else state[next] = step.value === STOP.spin ? 'spinning' : 'runnable';
  }
  throw new Deadlock(`no end in sight: ${describeStuck(cpus, state)}`);
}

function isRunnable(cpu: TestCpu, state: string): boolean {
  if (state === 'done') return false;
  if (state === 'sleeping') return cpu.km.words[cpu.self + TASK.wake] !== 0;
  return state !== 'spinning' || cpu.km.words[cpu.spinWord] !== cpu.spinValue;
}

function describeStuck(cpus: readonly TestCpu[], state: readonly string[]): string {
  return cpus
    .map((cpu, i) => {
      const { km, self } = cpu;
      const sem = km.words[self + TASK.waitsFor]!;
      return `task ${cpu.task} ${state[i]!}${sem === 0 ? '' : ` on ${semName(km, sem)}`}`;
    })
    .join('; ');
}

function semName(km: KernelMemory, sem: number): string {
  for (let mm = 0; mm < km.geometry.mms; mm++) {
    if (km.mmAt(mm) + MM.sem === sem) return `mmap_sem of mm ${mm}`;
  }
  return `rwsem at word ${sem}`;
}

/** Everything check.ts knows, as sentences; empty when the kernel is sound. */
export function violations(machine: TestMachine): string[] {
  return [...checkKernel(machine.km).violations, ...checkZoneList(machine.km)];
}

/** The count word of an mm's mmap_sem. */
export function semCount(machine: TestMachine, mm = machine.mm): number {
  return machine.km.words[mm.at + MM.sem + SEM.count]!;
}
