/**
 * One execution of a scenario: the steps of its tasks in the order that a scheduler decides, from
 * start to end, or to the first thing that is wrong.
 */
import { SEM, TASK } from '../../mm/layout.js';
import { STOP, type Op } from '../../mm/op.js';
import type { RwsemPolicy } from '../../mm/rwsem-policy.js';
import { queuedTasks } from '../../mm/wait-list.js';
import { InvariantBroken, assert } from '../../util/assert.js';
import type { ExploreCpu } from './cpu.js';
import type { Lock, Scenario, Subject } from './scenario.js';
import { StateHash } from './state-hash.js';
import { makeSubject } from './subject.js';
import { taskLetter } from './task-letter.js';
import { Violation } from './witness.js';

/** Steps after which an execution is taken for one that never ends. */
const STEPS_MAX = 5000;

/** What a scheduler decides with. */
export interface ChoicePoint {
  /** Tasks that can make a step, ascending; valid until the choice is made. */
  readonly runnable: readonly number[];
  /** The task that made the last step, -1 at the start. */
  readonly current: number;
  /** Whether it could go on; else choosing another one interrupts nobody. */
  readonly canGoOn: boolean;
  /** Whether it spins: others should get on before it looks again. */
  readonly spins: boolean;
  /** The state of machine and tasks in 64 bits, as two words. */
  readonly state: StateHash;
}

export interface Scheduler {
  /** The task that makes the next step, or -1 to end an execution whose rest is known. */
  pick(point: ChoicePoint): number;
  /** Whether time has passed: answers one question of `task`. */
  flip(task: number): boolean;
}

/** One step as it happened. */
export interface TraceStep {
  readonly task: number;
  readonly action: string;
  /** The answers that the task got in it when it asked about time. */
  readonly flips: readonly boolean[];
  /** After the step. */
  readonly count: number;
  readonly owner: number;
  readonly waiters: readonly number[];
  readonly sleeps: boolean;
}

export type FailureKind = 'violation' | 'deadlock' | 'livelock' | 'unrest' | 'crash';

export interface Failure {
  readonly kind: FailureKind;
  /** Who, what and why, on one line. */
  readonly message: string;
}

/** How a task stands. */
const MODE = { ready: 0, sleeping: 1, spinning: 2, relaxing: 3, done: 4 } as const;
type Mode = (typeof MODE)[keyof typeof MODE];

/** Among the decisions of an execution, which are the tasks that made its steps: answers to them. */
export const YES = -1;
export const NO = -2;

export class Execution {
  readonly #subject: Subject;
  readonly #modes: Mode[];
  readonly #runnable: number[] = [];
  readonly #state: StateHash;
  #ops: Op<void>[] = [];
  #scheduler: Scheduler | undefined;
  #current = -1;
  /** What was decided in this execution so far: a task per step, each followed by its answers. */
  readonly decisions: number[] = [];
  /** Of this execution so far: steps of a task while another could go on, and times that passed. */
  interruptions = 0;
  /** Steps made so far, in all executions. */
  steps = 0;

  constructor(scenario: Scenario, policy: RwsemPolicy, lock: Lock) {
    this.#subject = makeSubject(scenario, policy, lock, (task) => this.#answer(task));
    this.#modes = this.#subject.cpus.map(() => MODE.ready);
    this.#state = new StateHash(this.#subject);
  }

  /**
   * Runs to the end, or until the scheduler gives up. `onStep` is told of every step. Returns what
   * went wrong, or undefined.
   */
  run(scheduler: Scheduler, onStep?: (step: TraceStep) => void): Failure | undefined {
    this.#begin();
    this.#scheduler = scheduler;
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      if (!this.#findRunnable()) {
        if (this.#modes.every((mode) => mode === MODE.done)) return this.#end();
        return { kind: 'deadlock', message: `nobody can run: ${this.#describe()}` };
      }
      const current = this.#current;
      const canGoOn = current >= 0 && this.#modes[current] === MODE.ready;
      const mode = current < 0 ? MODE.done : this.#modes[current]!;
      const spins = mode === MODE.spinning || mode === MODE.relaxing;
      const point = { runnable: this.#runnable, current, canGoOn, spins, state: this.#state };
      const task = scheduler.pick(point);
      if (task < 0) return undefined;
      if (canGoOn && task !== current) this.interruptions += 1;
      const failure = this.#step(task, onStep);
      if (failure !== undefined) return failure;
    }
    return { kind: 'livelock', message: `no end after ${STEPS_MAX} steps: ${this.#describe()}` };
  }

  /** What a count word of this subject's lock says. */
  describeCount(count: number): string {
    return this.#subject.policy.describeCount(count);
  }

  /** Brings every task to its first visible step. */
  #begin(): void {
    this.#ops = this.#subject.restart();
    this.#scheduler = undefined;
    this.#current = -1;
    this.decisions.length = 0;
    this.interruptions = 0;
    this.#modes.fill(MODE.ready);
    for (const op of this.#ops) op.next();
    this.#state.see();
  }

  #step(task: number, onStep: ((step: TraceStep) => void) | undefined): Failure | undefined {
    const cpu = this.#subject.cpus[task]!;
    const action = cpu.next;
    const before = this.#subject.look();
    const decided = this.decisions.push(task);
    this.#subject.km.words[cpu.self + TASK.offCpu] = 0;
    this.#state.remember(cpu);
    this.steps += 1;
    this.#current = task;
    if (cpu.beginsRound || this.#modes[task] === MODE.relaxing) cpu.hasSeenAll = true;
    cpu.beginsRound = false;
    cpu.looksAgain = false;
    let failure: Failure | undefined;
    try {
      const step = this.#ops[task]!.next();
      this.#modes[task] = step.done === true ? MODE.done : modeOf(step.value);
      this.#subject.judge(task, before);
      if (step.done === true) cpu.settle(0);
      if (step.done !== true && step.value === STOP.sleep) this.#goToSleep(cpu);
    } catch (error) {
      failure = failureOf(error);
    }
    if (this.#state.see()) this.#tellSpinners(cpu);
    if (onStep !== undefined) {
      onStep(this.#traceStep(task, action, this.decisions.slice(decided)));
    }
    return failure;
  }

  /** Something has changed: spinners look again. */
  #tellSpinners(by: ExploreCpu): void {
    by.beginsRound = true;
    for (const cpu of this.#subject.cpus) {
      cpu.isOutOfTime = false;
      if (cpu !== by) cpu.hasSeenAll = false;
    }
  }

  #answer(task: number): boolean {
    assert(this.#scheduler !== undefined, 'a task asks about time before its first step');
    const answer = this.#scheduler.flip(task);
    this.decisions.push(answer ? YES : NO);
    if (answer) this.interruptions += 1;
    StateHash.rememberFlip(this.#subject.cpus[task]!, answer);
    return answer;
  }

  #goToSleep(cpu: ExploreCpu): void {
    const { words } = this.#subject.km;
    if (words[cpu.self + TASK.wake] === 0) words[cpu.self + TASK.offCpu] = 1;
    cpu.next = 'awake';
  }

  /** Fills `#runnable`; false when there is nobody. */
  #findRunnable(): boolean {
    const runnable = this.#runnable;
    runnable.length = 0;
    for (let task = 0; task < this.#modes.length; task++) {
      if (this.#isRunnable(task)) runnable.push(task);
    }
    if (runnable.length > 0) return true;
    // Nobody will change what the spinners look at: for them, time passes.
    for (let task = 0; task < this.#modes.length; task++) {
      const cpu = this.#subject.cpus[task]!;
      if (this.#modes[task] !== MODE.relaxing || cpu.isOutOfTime) continue;
      cpu.isOutOfTime = true;
      cpu.looksAgain = true;
      runnable.push(task);
    }
    return runnable.length > 0;
  }

  #isRunnable(task: number): boolean {
    const mode = this.#modes[task]!;
    if (mode === MODE.ready) return true;
    if (mode === MODE.done) return false;
    const { words } = this.#subject.km;
    const cpu = this.#subject.cpus[task]!;
    if (mode === MODE.sleeping) return words[cpu.self + TASK.wake] !== 0;
    if (mode === MODE.spinning) return words[cpu.spinWord] !== cpu.spinValue;
    return !cpu.hasSeenAll || cpu.looksAgain;
  }

  #end(): Failure | undefined {
    const message = this.#subject.unrest();
    return message === undefined ? undefined : { kind: 'unrest', message };
  }

  #traceStep(task: number, action: string, answers: readonly number[]): TraceStep {
    const { km, sem } = this.#subject;
    return {
      task,
      action,
      flips: answers.map((answer) => answer === YES),
      count: km.words[sem + SEM.count]!,
      owner: km.words[sem + SEM.owner]!,
      waiters: queuedTasks(km, sem),
      sleeps: this.#modes[task] === MODE.sleeping && !this.#isRunnable(task),
    };
  }

  #describe(): string {
    const { scenario, cpus } = this.#subject;
    const words = ['can run', 'sleeps', 'spins', 'spins', 'is done'];
    return scenario.tasks
      .map(({ name }, task) => {
        const mode = this.#modes[task]!;
        const at =
          mode === MODE.done || mode === MODE.sleeping ? '' : ` before: ${cpus[task]!.next}`;
        return `${name} ${taskLetter(task)} ${words[mode]!}${at}`;
      })
      .join(', ');
  }
}

function modeOf(stop: number): Mode {
  if (stop === STOP.sleep) return MODE.sleeping;
  if (stop === STOP.spin) return MODE.spinning;
  return stop === STOP.relax ? MODE.relaxing : MODE.ready;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Violation) return { kind: 'violation', message: error.message };
  if (error instanceof InvariantBroken) return { kind: 'crash', message: error.message };
  throw error;
}
