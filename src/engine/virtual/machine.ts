/**
 * A machine in virtual time: CPUs, the tasks that take turns on them, and who makes the next step. The
 * task whose clock is furthest behind goes on until it is ahead of another one. Everything is decided
 * by whole nanoseconds and sequence numbers.
 */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { TASK } from '../../mm/layout.js';
import { STOP, type LockRecorder, type Op, type Stop } from '../../mm/op.js';
import { cacheLinesOf, type CacheLines } from './cache-lines.js';
import { VirtualCpu } from './cpu.js';
import { CpuTime } from './cpu-time.js';
import { Disk } from './disk.js';
import { EventQueue } from './event-queue.js';
import type { MachineModel } from '../../plan/machine-model.js';
import { RunQueues } from './run-queues.js';
import { Spinners } from './spinners.js';
import { Stuck } from './stuck.js';
import { STATE, type State } from './task-state.js';
import { TraceHash } from './trace-hash.js';
import { workTable, type WorkTable } from './work-table.js';

/** A wake-up of a task still on its way off the CPU costs this part of one; no source says how much. */
const EARLY_WAKE_UP_SHARE = 4;

/** A spin is for ever once all have looked up so often, a slice apart, and found nothing changed. */
const VAIN_LOOKS = 4;

export class Machine {
  readonly model: MachineModel;
  readonly km: KernelMemory;
  /** A CPU in the sense of `src/mm`, one for every task. */
  readonly tasks: readonly VirtualCpu[];
  lines: CacheLines;
  readonly work: WorkTable;
  readonly time = new CpuTime();
  disk: Disk;
  readonly trace = new TraceHash();
  /** When the last task so far came to its end. */
  endNs = 0;
  /** When the next task is due: how far the one that runs may go. */
  horizonNs = Infinity;
  readonly #queue: EventQueue;
  readonly #runQueues: RunQueues;
  readonly #states: State[];
  readonly #spinners: Spinners;
  /** Steps in a row after which all who had a CPU were spinning, on words that nobody had changed. */
  #vainLooks = 0;
  /** The last moment of the window while it is open: nobody makes a step across its end. */
  #lastNs = Infinity;
  #ops: readonly Op<void>[] = [];

  constructor(model: MachineModel, km: KernelMemory, recorder: LockRecorder) {
    const { tasks } = km.geometry;
    this.model = model;
    this.km = km;
    this.work = workTable(model.costs);
    this.tasks = Array.from({ length: tasks }, (_, task) => {
      return new VirtualCpu(km, task, recorder, this);
    });
    this.lines = cacheLinesOf(model, km.words.length);
    this.disk = new Disk(model.costs);
    this.#queue = new EventQueue(tasks);
    this.#runQueues = new RunQueues(model);
    this.#spinners = new Spinners(tasks);
    this.#states = this.tasks.map(() => STATE.running);
  }

  /** Forgets what set-up did to caches and accounts. */
  restart(): void {
    this.lines = cacheLinesOf(this.model, this.km.words.length);
    this.disk = new Disk(this.model.costs);
    this.time.reset();
  }

  /**
   * Runs an op per task, from the tasks' clocks on, to their ends; calls `atWindowEnd` once nobody is
   * left with a step before `windowNs`. Throws Stuck.
   */
  run(ops: readonly Op<void>[], windowNs: number, atWindowEnd: () => void): void {
    this.#ops = ops;
    const queue = this.#queue;
    this.#lastNs = windowNs - 1;
    for (const cpu of this.tasks) this.#start(cpu);
    for (;;) {
      if (queue.firstTime > this.#lastNs) {
        this.#lastNs = Infinity;
        atWindowEnd();
      }
      if (queue.size === 0) break;
      this.#advance(queue.first, queue.firstTime);
    }
    if (this.#states.some((state) => state !== STATE.done)) throw this.#stuck();
  }

  write(place: number, word: number, timeNs: number): number {
    const done = this.lines.write(word, place, timeNs);
    this.time.transfers += done - timeNs;
    this.#mayBeSeen(done);
    return done;
  }

  /** A spinlock is given up. */
  release(word: number, timeNs: number): void {
    this.lines.release(word, timeNs);
    this.#mayBeSeen(timeNs);
  }

  /** What spinners may have waited for: the task that runs stops soon, to let them look. */
  #mayBeSeen(timeNs: number): void {
    if (this.#spinners.size > 0 && timeNs < this.horizonNs) this.horizonNs = timeNs;
  }

  read(place: number, word: number, timeNs: number): number {
    const done = this.lines.read(word, place, timeNs);
    this.time.transfers += done - timeNs;
    return done;
  }

  /** A spinlock was taken: at the earliest when the one before, who ran ahead, has given it up. */
  lockTaken(word: number, timeNs: number): number {
    const from = this.lines.heldUntil(word);
    if (from <= timeNs) return timeNs;
    this.time.spinning += from - timeNs;
    return from;
  }

  isSliceOver({ place, timeNs }: VirtualCpu): boolean {
    return timeNs >= this.#runQueues.sliceLimit(place);
  }

  /** Called by the waker, after the wake word was set. */
  wake(task: number, waker: VirtualCpu): void {
    if (this.#states[task] !== STATE.sleeping) return;
    const { wakeUpNs, contextSwitchNs } = this.model.costs;
    const sleeper = this.tasks[task]!;
    const isThere = this.#runQueues.runningOn(sleeper.place) < 0;
    // Still on its way off the CPU it turns round; nobody has to be sent an interrupt.
    const isEarly = isThere && waker.timeNs < sleeper.timeNs + contextSwitchNs;
    const ns = isEarly ? Math.round(wakeUpNs / EARLY_WAKE_UP_SHARE) : wakeUpNs;
    waker.timeNs += ns;
    this.time.wakeUps += ns;
    const from = Math.max(sleeper.timeNs, waker.timeNs);
    if (isEarly) this.#dispatch(task, sleeper.place, from + ns);
    else this.#arrive(task, from);
  }

  /** A task that was off the CPU can run again: where nobody runs, else it waits for its turn. */
  #arrive(task: number, timeNs: number): void {
    const cpu = this.tasks[task]!;
    const place = this.#runQueues.placeFor(cpu.place);
    cpu.timeNs = Math.max(cpu.timeNs, timeNs);
    if (this.#runQueues.runningOn(place) >= 0) {
      this.#states[task] = STATE.waiting;
      this.#runQueues.enqueue(task, place);
      return;
    }
    this.#dispatch(task, place, cpu.timeNs + this.model.costs.wakeLatencyNs);
  }

  #start(cpu: VirtualCpu): void {
    const place = cpu.task % this.model.cpus;
    if (this.#runQueues.runningOn(place) < 0) this.#dispatch(cpu.task, place, cpu.timeNs);
    else {
      this.#states[cpu.task] = STATE.waiting;
      this.#runQueues.enqueue(cpu.task, place);
    }
  }

  /** Gives a task a CPU from `timeNs` on. */
  #dispatch(task: number, place: number, timeNs: number): void {
    const cpu = this.tasks[task]!;
    cpu.arrive(place, timeNs);
    this.#states[task] = STATE.running;
    this.#runQueues.run(task, place, timeNs + this.model.costs.sliceNs);
    this.#setRates(place);
    this.#queue.push(task, timeNs);
    if (timeNs < this.horizonNs) this.horizonNs = timeNs;
  }

  /** Threads that share a core are slower, each of them. */
  #setRates(place: number): void {
    const tasks = this.#runQueues.tasksOnCoreOf(place);
    for (const task of tasks) {
      this.tasks[task]!.rates = tasks.length > 1 ? this.work.crowded : this.work.alone;
    }
  }

  /** The task gives its CPU up; whoever waits for it gets it. */
  #leave(cpu: VirtualCpu, state: State): void {
    this.#states[cpu.task] = state;
    cpu.leave();
    const next = this.#runQueues.leave(cpu.place);
    this.#setRates(cpu.place);
    // Those who spin for an owner watch whether it runs.
    for (const spinner of this.#spinners.spinningOn(cpu.task + 1))
      this.#respin(spinner, cpu.timeNs);
    if (next < 0) return;
    const { contextSwitchNs } = this.model.costs;
    this.time.switches += contextSwitchNs;
    const from = Math.max(cpu.timeNs, this.tasks[next]!.timeNs);
    this.#dispatch(next, cpu.place, from + contextSwitchNs);
  }

  /** The next step of the task that is due first, at `dueNs`. */
  #advance(task: number, dueNs: number): void {
    const cpu = this.tasks[task]!;
    const state = this.#states[task]!;
    if (state === STATE.pausing) {
      this.#queue.removeFirst();
      this.#arrive(task, dueNs);
      return;
    }
    const sliceLimit = this.#runQueues.sliceLimit(cpu.place);
    if (state !== STATE.running) this.#stopSpinning(cpu, dueNs);
    else if (cpu.timeNs >= sliceLimit && cpu.locksHeld === 0) {
      this.#queue.removeFirst();
      this.#runQueues.enqueue(task, cpu.place);
      this.#leave(cpu, STATE.waiting);
      return;
    }
    this.horizonNs = Math.min(this.#queue.secondTime, sliceLimit, this.#lastNs);
    const step = this.#ops[task]!.next();
    this.trace.add(task, cpu.timeNs);
    if (step.done === true) this.#retire(cpu);
    else this.#stop(cpu, step.value);
    if (this.#spinners.size > 0) this.#lookForSpinners(cpu.timeNs);
    else this.#vainLooks = 0;
  }

  #retire(cpu: VirtualCpu): void {
    this.#queue.removeFirst();
    this.endNs = Math.max(this.endNs, cpu.timeNs);
    this.#leave(cpu, STATE.done);
  }

  /** What the task that ran stopped for; it is the first of the queue still. */
  #stop(cpu: VirtualCpu, stop: Stop): void {
    const { words } = this.km;
    const queue = this.#queue;
    if (stop === STOP.step) {
      queue.delayFirst(cpu.timeNs);
    } else if (stop === STOP.sleep) {
      // A waker may have been faster.
      if (words[cpu.self + TASK.wake] !== 0) {
        queue.delayFirst(cpu.timeNs);
        return;
      }
      queue.removeFirst();
      this.#leave(cpu, STATE.sleeping);
    } else if (stop === STOP.pause) {
      queue.delayFirst(Math.max(cpu.timeNs, cpu.pauseUntilNs));
      this.#leave(cpu, STATE.pausing);
    } else if (words[cpu.spinWord] !== cpu.spinValue) {
      queue.delayFirst(cpu.timeNs);
    } else {
      this.#states[cpu.task] = stop === STOP.relax ? STATE.relaxing : STATE.spinning;
      this.#spinners.add(cpu, stop === STOP.spin);
      // It looks up when its slice is over, in case somebody else needs the CPU by then.
      queue.delayFirst(cpu.looksUpAt(this.#runQueues.sliceEnd(cpu.place, cpu.timeNs)));
    }
  }

  #stopSpinning(cpu: VirtualCpu, dueNs: number): void {
    this.#spinners.remove(cpu.task);
    this.#states[cpu.task] = STATE.running;
    if (dueNs <= cpu.timeNs) return;
    this.time.spinning += dueNs - cpu.timeNs;
    cpu.timeNs = dueNs;
  }

  /** Whoever spins on a word that has changed goes on. */
  #lookForSpinners(timeNs: number): void {
    const told = this.#spinners.told(this.km.words);
    for (const task of told) this.#respin(task, timeNs);
    const { size } = this.#spinners;
    const isVain = told.length === 0 && size === this.#queue.size;
    this.#vainLooks = isVain ? this.#vainLooks + 1 : 0;
    if (this.#vainLooks > VAIN_LOOKS * size) throw this.#stuck();
  }

  #respin(task: number, timeNs: number): void {
    const due = Math.max(this.tasks[task]!.timeNs, timeNs);
    this.#queue.hasten(task, due);
    if (due < this.horizonNs) this.horizonNs = due;
  }

  #stuck(): Stuck {
    const left = this.tasks.filter(({ task }) => this.#states[task] !== STATE.done);
    const spinning = left.filter(({ task }) => this.#spinners.has(task));
    return new Stuck(this.km, left, spinning);
  }
}
