/**
 * Tasks of a whole kernel, address spaces and all, under an adversary that goes by chance. What a
 * `Scenario` is to the lock alone, for programs too long to be searched: one execution per schedule,
 * which is a function of the scheduler's seed.
 */
import { checkTornDown } from '../../mm/check.js';
import { exitMmap } from '../../mm/exit.js';
import { KernelMemory, type Geometry } from '../../mm/kernel-memory.js';
import { TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import { STOP, type Op } from '../../mm/op.js';
import { assert } from '../../util/assert.js';
import { ExploreCpu } from './cpu.js';
import type { ChanceScheduler } from './random.js';

/** How a task stands. */
const MODE = { ready: 0, sleeping: 1, spinning: 2, relaxing: 3, done: 4 } as const;
type Mode = (typeof MODE)[keyof typeof MODE];
const MODE_TEXT = ['can run', 'sleeps', 'spins', 'spins', 'is done'] as const;

/** Steps after which a task that spins is taken to wait for what never comes. */
const STEPS_MAX = 3_000_000;

/** Nobody can run, or nobody gets anywhere. */
export class Standstill extends Error {
  override readonly name = 'Standstill';
}

export class Crowd {
  readonly km: KernelMemory;
  readonly mms: readonly Mm[];
  /** Task t is in address space t % mms. */
  readonly cpus: readonly ExploreCpu[];
  readonly #modes: Mode[];
  #scheduler: ChanceScheduler | undefined;

  /** `memory`: of a crowd of the same geometry that was torn down, to be used again. */
  constructor(geometry: Geometry, memory?: KernelMemory) {
    memory?.reset();
    const km = memory ?? KernelMemory.create(geometry);
    this.km = km;
    this.mms = Array.from({ length: geometry.mms }, (_, id) => Mm.create(km, id));
    this.cpus = Array.from({ length: geometry.tasks }, (_, task) => {
      km.words[km.taskAt(task) + TASK.mm] = task % geometry.mms;
      return new ExploreCpu(km, task, (asked) => this.#scheduler?.flip(asked) ?? false);
    });
    this.#modes = this.cpus.map(() => MODE.done);
  }

  mmOf(task: number): Mm {
    return this.mms[task % this.mms.length]!;
  }

  /**
   * Runs one op per task to their ends. Throws Standstill, and what an op throws. Returns how many
   * steps it took.
   */
  run(ops: readonly Op<unknown>[], scheduler: ChanceScheduler, schedule: number): number {
    scheduler.begin(schedule);
    this.#scheduler = scheduler;
    this.#modes.fill(MODE.ready);
    const runnable: number[] = [];
    let current = -1;
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      this.#findRunnable(runnable);
      if (runnable.length === 0) {
        if (this.#modes.every((mode) => mode === MODE.done)) return steps;
        throw new Standstill(`nobody can run: ${this.#describe()}`);
      }
      const spins = current >= 0 && this.#modes[current]! >= MODE.spinning;
      current = scheduler.pick({ runnable, current, spins });
      this.#step(current, ops[current]!);
    }
    throw new Standstill(`no end after ${STEPS_MAX} steps: ${this.#describe()}`);
  }

  /** Runs an op of a task while no other has anything to do. */
  runAlone<T>(op: Op<T>): T {
    this.#scheduler = undefined;
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const step = op.next();
      if (step.done === true) return step.value;
      assert(step.value !== STOP.sleep, 'a task that is alone waits for somebody');
    }
    throw new Standstill('a task that is alone does not end');
  }

  /** Empties every address space. */
  exitAll(): void {
    for (const mm of this.mms) this.runAlone(exitMmap(this.cpus[mm.id]!, mm));
  }

  /** Empties what is not empty yet: what is left behind, in sentences. */
  tearDown(): string[] {
    this.exitAll();
    return checkTornDown(this.km);
  }

  #step(task: number, op: Op<unknown>): void {
    const cpu = this.cpus[task]!;
    this.km.words[cpu.self + TASK.offCpu] = 0;
    const step = op.next();
    if (step.done === true) this.#modes[task] = MODE.done;
    else if (step.value === STOP.sleep) {
      this.#modes[task] = MODE.sleeping;
      if (this.km.words[cpu.self + TASK.wake] === 0) this.km.words[cpu.self + TASK.offCpu] = 1;
    } else if (step.value === STOP.spin) this.#modes[task] = MODE.spinning;
    else this.#modes[task] = step.value === STOP.relax ? MODE.relaxing : MODE.ready;
  }

  #findRunnable(runnable: number[]): void {
    runnable.length = 0;
    for (let task = 0; task < this.#modes.length; task++) {
      if (this.#isRunnable(task)) runnable.push(task);
    }
  }

  #isRunnable(task: number): boolean {
    const mode = this.#modes[task]!;
    const { words } = this.km;
    const cpu = this.cpus[task]!;
    if (mode === MODE.sleeping) return words[cpu.self + TASK.wake] !== 0;
    if (mode === MODE.spinning) return words[cpu.spinWord] !== cpu.spinValue;
    return mode !== MODE.done;
  }

  #describe(): string {
    return this.cpus
      .map(({ task, next }) => {
        const before = next === '' ? '' : ` before: ${next}`;
        return `task ${task} ${MODE_TEXT[this.#modes[task]!]}${before}`;
      })
      .join(', ');
  }
}
