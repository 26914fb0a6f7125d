/** Workers that stay for a whole calibration, and what each kind of them measures in a round. */
import { WorkerPool } from '../worker-pool.js';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { Mm } from '../../mm/mm.js';
import { measuredTrials, warmUpTrials } from '../../plan/trials.js';
import type { Plan, Trial } from '../../plan/plan.js';
import type { CheckWindow, LoneRound, PairRound } from '../../samples/calibration.js';
import { geometryFor } from '../geometry.js';
import { boot, startWorkers } from '../threads/engine.js';
import { runTrial } from '../threads/trial.js';
import { watchDisturbance } from './disturbance.js';
import { CALIBRATED, calibrationPlan } from './plan.js';
import { meetingPlace } from './task-pair.js';
import type { Assignment, Errand } from './worker.js';

/** A broken model hangs for ever; nothing here lasts a second. */
const HUNG_LIMITS = { reportSeconds: 15, failSeconds: 60 };

class Workers {
  readonly pool: WorkerPool;
  readonly #buffer: SharedArrayBuffer;
  readonly #tasks: number;

  constructor(tasks: number) {
    const km = KernelMemory.create(geometryFor(calibrationPlan(tasks, 1)));
    Mm.create(km, 0);
    this.#buffer = km.buffer;
    this.#tasks = tasks;
    this.pool = new WorkerPool({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: tasks,
      maxThreads: tasks,
      concurrentTasksPerWorker: 1,
    });
  }

  /** One assignment for each: those of two tasks do not end before both have begun. */
  async run<T>(errand: Errand): Promise<T[]> {
    const assignment: Assignment = { buffer: this.#buffer, ...errand };
    const runs = Array.from({ length: this.#tasks }, () => this.pool.run(assignment));
    return (await Promise.all(runs)) as T[];
  }
}

/** The one that measures what a single task costs. */
export class LoneCrew {
  readonly #workers = new Workers(1);
  #rounds = 0;

  /** The kernels take turns; alone, they cost the same. */
  async round(): Promise<LoneRound> {
    const { kernels } = CALIBRATED;
    const kernel = kernels[this.#rounds % kernels.length]!;
    this.#rounds += 1;
    const [round] = await this.#workers.run<LoneRound>({ kernel });
    return round!;
  }

  leave(): Promise<void> {
    return this.#workers.pool.destroy();
  }
}

export class PairCrew {
  readonly #workers = new Workers(2);
  readonly #place = meetingPlace();

  async round(paceNs: number): Promise<PairRound> {
    const rounds = await this.#workers.run<PairRound | undefined>({ place: this.#place, paceNs });
    return rounds.find((round) => round !== undefined)!;
  }

  leave(): Promise<void> {
    return this.#workers.pool.destroy();
  }
}

/** The threads engine itself, a window at a time. */
export class EngineCrew {
  readonly #plan: Plan;
  readonly #km: KernelMemory;
  readonly #pool: WorkerPool;
  readonly #trials: readonly Trial[];
  readonly #signal: AbortSignal;

  constructor(tasks: number, rounds: number, signal: AbortSignal) {
    this.#plan = calibrationPlan(tasks, rounds);
    this.#km = boot(this.#plan);
    this.#pool = startWorkers(tasks);
    this.#trials = measuredTrials(this.#plan);
    this.#signal = signal;
  }

  async warmUp(): Promise<void> {
    for (const trial of warmUpTrials(this.#plan)) await this.#run(trial);
  }

  /** A window of every kernel, in the order of the plan's round; those a signal cut off left out. */
  async round(round: number): Promise<CheckWindow[]> {
    const windows: CheckWindow[] = [];
    for (const trial of this.#trials.filter((one) => one.round === round)) {
      const { tasks } = this.#plan;
      const { value, disturbance } = await watchDisturbance(tasks, () => this.#run(trial));
      const faultsPerSecond = value.counters.faultsTotal / value.seconds;
      const window = { tasks, kernel: trial.kernel, faultsPerSecond, disturbance };
      if (value.complete) windows.push(window);
    }
    return windows;
  }

  leave(): Promise<void> {
    return this.#pool.destroy();
  }

  #run(trial: Trial): ReturnType<typeof runTrial> {
    const ignore = (): void => undefined;
    const watch = { signal: this.#signal, onTick: ignore, onHungTask: ignore };
    return runTrial(this.#pool, this.#km, this.#plan, trial, watch, HUNG_LIMITS);
  }
}
