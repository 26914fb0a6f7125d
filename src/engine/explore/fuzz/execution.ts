/** One random program under one schedule, on a machine of its own. */
import { checkKernel } from '../../../mm/check.js';
import { createFile, putFile } from '../../../mm/file.js';
import type { KernelMemory } from '../../../mm/kernel-memory.js';
import type { KernelRules } from '../../../mm/kernel-rules.js';
import type { Kernel } from '../../../mm/kernels.js';
import { FILE_KIND, PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { InvariantBroken } from '../../../util/assert.js';
import { arenaOf, tasksIn } from '../../../workload/fuzz/arena.js';
import { CALL_WORDS, CallLog, readLog } from '../../../workload/fuzz/call.js';
import { FuzzTask } from '../../../workload/fuzz/fuzz-task.js';
import { Tracked } from '../../../workload/fuzz/tracked.js';
import { fuzzGeometry } from '../../fuzz-machine.js';
import { Crowd, Standstill } from '../crowd.js';
import { Pct, Uniform, type ChanceScheduler } from '../random.js';
import { CALLS } from './programs.js';

export interface FuzzSubject {
  readonly kernel: Kernel;
  readonly thresholdPages: number;
  readonly rules: KernelRules;
  readonly tasks: number;
  readonly mms: number;
  readonly seed: number;
}

export interface FuzzFailure {
  readonly message: string;
  /** By task, what it did. */
  readonly calls: readonly (readonly string[])[];
}

/** Ordered steps that a bug may take, for schedules by priority. */
const PCT_DEPTH = 3;

export class FuzzExecution {
  readonly #subject: FuzzSubject;
  readonly #schedulers: readonly ChanceScheduler[];
  readonly #logs: readonly Int32Array[];
  #memory: KernelMemory | undefined;
  /** Calls made so far, in all executions. */
  calls = 0;

  constructor(subject: FuzzSubject) {
    const { seed, tasks } = subject;
    this.#subject = subject;
    this.#schedulers = [new Uniform(seed), new Pct(seed, tasks, PCT_DEPTH)];
    this.#logs = Array.from({ length: tasks }, () => new Int32Array(CallLog.words(CALLS)));
  }

  /** `kept`: by task, which of its calls it makes. Undefined when all goes well. */
  run(
    programs: readonly Int32Array[],
    kept: readonly (readonly number[])[],
    schedule: number,
  ): FuzzFailure | undefined {
    const { tasks, mms } = this.#subject;
    const crowd = new Crowd(fuzzGeometry(tasks, mms), this.#memory);
    // A machine that is left in the middle of something is used no more.
    this.#memory = undefined;
    for (const log of this.#logs) log.fill(0);
    try {
      const files = crowd.mms.map((mm) => this.#makeFile(crowd, mm.id));
      const fuzzers = this.#makeTasks(crowd, files);
      for (const fuzzer of fuzzers) crowd.runAlone(fuzzer.setup());
      const ops = fuzzers.map((fuzzer, task) =>
        this.#program(fuzzer, programs[task]!, kept[task]!),
      );
      // Either scheduler has its own half of the schedules.
      crowd.run(ops, this.#schedulers[schedule % 2]!, Math.floor(schedule / 2));
      for (const fuzzer of fuzzers) crowd.runAlone(fuzzer.finish());
      const violations = checkKernel(crowd.km).violations;
      const left = violations.length > 0 ? violations : this.#tearDown(crowd, files);
      if (left.length > 0) return this.#failure(`broken invariants: ${left.join('; ')}`);
    } catch (error) {
      if (!(error instanceof InvariantBroken || error instanceof Standstill)) throw error;
      return this.#failure(error.message);
    }
    this.#memory = crowd.km;
    return undefined;
  }

  *#program(fuzzer: FuzzTask, words: Int32Array, kept: readonly number[]): Op<void> {
    for (const [i, call] of kept.entries()) {
      this.calls += 1;
      yield* fuzzer.perform(words, call * CALL_WORDS, i + 1);
    }
  }

  #makeFile(crowd: Crowd, mm: number): number {
    const { tasks, mms } = this.#subject;
    const { end, file } = arenaOf(tasksIn(mm, tasks, mms));
    const bytes = (end - file) * PAGE_SIZE;
    return crowd.runAlone(createFile(crowd.cpus[mm]!, FILE_KIND.disk, bytes));
  }

  #makeTasks(crowd: Crowd, files: readonly number[]): FuzzTask[] {
    const { tasks, mms, kernel, thresholdPages, rules } = this.#subject;
    const tracked = crowd.mms.map(() => new Int32Array(Tracked.words));
    return crowd.cpus.map((cpu, task) => {
      const mm = crowd.mmOf(task);
      cpu.rules = rules;
      return new FuzzTask({
        cpu,
        mm,
        kernel,
        thresholdPages,
        task,
        tasks,
        mms,
        tracked: new Tracked(tracked[mm.id]!, task),
        file: files[mm.id]!,
        log: new CallLog(this.#logs[task]!),
      });
    });
  }

  #tearDown(crowd: Crowd, files: readonly number[]): string[] {
    crowd.exitAll();
    for (const [mm, file] of files.entries()) crowd.runAlone(putFile(crowd.cpus[mm]!, file));
    return crowd.tearDown();
  }

  #failure(message: string): FuzzFailure {
    return { message, calls: this.#logs.map((log) => readLog(log).map(({ text }) => text)) };
  }
}
