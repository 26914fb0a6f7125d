/** One task of a run, as a worker runs it: the worker's side of `trial.ts`. */
import { exitMmap } from '../../mm/exit.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { CONTROL, STAT_COUNT, TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import { policyByName } from '../../mm/rwsem-policy.js';
import type { Plan, Trial } from '../../plan/plan.js';
import { ownsMm } from '../../workload/hog-layout.js';
import { startTask } from '../../workload/start-task.js';
import { rulesFor } from '../kernel-rules.js';
import { TaskRecorder, type TaskReport } from '../task-recorder.js';
import { ThreadCpu, drive } from './cpu.js';
import { arriveAndWait, takeSeat, windowClosed } from './rendezvous.js';

/** What the main thread sends every worker for every trial. */
export interface Assignment {
  readonly buffer: SharedArrayBuffer;
  readonly plan: Plan;
  readonly trial: Trial;
  /** See ThreadCpu. */
  readonly epochMs: number;
}

/**
 * A worker's place in a run: its task number and its CPU. One per worker for all rounds: the code
 * that was compiled for this CPU stays valid, and the task stays where its cache is warm.
 */
export class Seat {
  readonly #km: KernelMemory;
  readonly #recorder = new TaskRecorder();
  readonly #cpu: ThreadCpu;
  readonly #task: number;
  readonly #mm: Mm;

  /** `plan` is that of all trials of the run, as far as the rules of its Linux go. */
  constructor(km: KernelMemory, plan: Plan, epochMs: number) {
    this.#km = km;
    this.#task = takeSeat(km);
    this.#cpu = new ThreadCpu(km, this.#task, this.#recorder, epochMs);
    this.#cpu.rules = rulesFor(plan);
    this.#mm = Mm.attach(km, km.words[this.#cpu.self + TASK.mm]!);
  }

  /** Everything a task does in a trial. Returns when the address spaces are torn down. */
  runTrial(plan: Plan, trial: Trial): TaskReport {
    const km = this.#km;
    const cpu = this.#cpu;
    // Before this task touches any rwsem; by the same plan all others do the same.
    cpu.rwsem = policyByName(plan.rwsem, plan.rwsemSpin);
    const run = startTask(plan, trial, cpu, this.#mm, () => windowClosed(km));
    km.words[cpu.self + TASK.resting] = 0;
    drive(cpu, run.setup());
    // What setup did is not part of the window.
    this.#recorder.reset();
    km.stats.fill(0, cpu.stat, cpu.stat + STAT_COUNT);
    this.#rest(CONTROL.ready, CONTROL.go);
    km.words[cpu.self + TASK.resting] = 0;
    drive(cpu, run.program());
    this.#rest(CONTROL.rested, CONTROL.leave);
    if (run.finish !== undefined) drive(cpu, run.finish());
    if (ownsMm(plan, this.#task)) drive(cpu, exitMmap(cpu, this.#mm));
    return this.#recorder.report(run.report?.());
  }

  /** Until all tasks have come and the gate is opened: it does not hang meanwhile. */
  #rest(counter: number, gate: number): void {
    this.#km.words[this.#cpu.self + TASK.resting] = 1;
    arriveAndWait(this.#km, counter, gate);
  }
}
