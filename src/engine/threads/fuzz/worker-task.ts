/** One task of a fuzzing run, as a worker runs it: the worker's side of `trial.ts`. */
import { availableParallelism } from 'node:os';
import { exitMmap } from '../../../mm/exit.js';
import { createFile, putFile } from '../../../mm/file.js';
import { KernelMemory } from '../../../mm/kernel-memory.js';
import { rulesOf } from '../../../mm/kernel-rules.js';
import type { Kernel } from '../../../mm/kernels.js';
import { CONTROL, FILE_KIND, PAGE_SIZE, TASK } from '../../../mm/layout.js';
import { Mm } from '../../../mm/mm.js';
import type { FuzzPlan } from '../../../samples/fuzz-samples.js';
import { InvariantBroken } from '../../../util/assert.js';
import { Prng, STREAM } from '../../../util/prng.js';
import { Xorshift } from '../../../util/xorshift.js';
import { arenaOf, tasksIn } from '../../../workload/fuzz/arena.js';
import { CALL_WORDS, CallLog } from '../../../workload/fuzz/call.js';
import { FuzzTask } from '../../../workload/fuzz/fuzz-task.js';
import { Tracked } from '../../../workload/fuzz/tracked.js';
import { RECORD_NOTHING } from '../../record-nothing.js';
import { ThreadCpu, drive } from '../cpu.js';
import { arriveAndWait, takeSeat, windowClosed } from '../rendezvous.js';
import { FuzzWords } from './shared-words.js';

/** So many calls a turn: a few milliseconds, so that taking turns costs little. */
const TURN_CALLS = 512;
/** Some tens of microseconds, which is longer than most waits and shorter than a wake-up of a core that idles. */
const WAKE_LOOKS = 10_000;
const CORES = availableParallelism();

/** What the main thread sends every worker. */
export interface FuzzAssignment {
  readonly buffer: SharedArrayBuffer;
  readonly sharedWords: SharedArrayBuffer;
  readonly plan: FuzzPlan;
  readonly kernel: string;
  /** See ThreadCpu. */
  readonly epochMs: number;
}

/** Undefined when all went well. */
export type FuzzReport = { readonly task: number; readonly broken: string } | undefined;

export function runFuzzTask(
  assignment: FuzzAssignment,
  kernelOf: (name: string) => Kernel,
): FuzzReport {
  const km = KernelMemory.attach(assignment.buffer);
  const worker = new FuzzWorker(assignment, km, takeSeat(km), kernelOf(assignment.kernel));
  try {
    worker.run();
    return undefined;
  } catch (error) {
    if (!(error instanceof InvariantBroken)) throw error;
    return { task: worker.task, broken: error.message };
  }
}

class FuzzWorker {
  readonly task: number;
  readonly #km: KernelMemory;
  readonly #plan: FuzzPlan;
  readonly #kernel: Kernel;
  readonly #shared: FuzzWords;
  readonly #cpu: ThreadCpu;
  readonly #mm: Mm;

  constructor(assignment: FuzzAssignment, km: KernelMemory, task: number, kernel: Kernel) {
    const { plan, sharedWords, epochMs } = assignment;
    this.task = task;
    this.#km = km;
    this.#plan = plan;
    this.#kernel = kernel;
    this.#shared = FuzzWords.attach(sharedWords, plan.tasks, plan.mms);
    this.#cpu = new ThreadCpu(km, task, RECORD_NOTHING, epochMs);
    this.#cpu.rules = rulesOf(plan.linux);
    this.#mm = Mm.attach(km, km.words[this.#cpu.self + TASK.mm]!);
  }

  run(): void {
    const km = this.#km;
    const cpu = this.#cpu;
    // Task t is in address space t % mms: the first `mms` tasks are one of each.
    const isFirst = this.task < this.#plan.mms;
    if (isFirst) this.#shared.publishFile(this.#mm.id, this.#makeFile());
    const file = this.#shared.awaitFile(this.#mm.id);
    const fuzzer = this.#makeFuzzer(file);
    drive(cpu, fuzzer.setup());
    arriveAndWait(km, CONTROL.ready, CONTROL.go);
    this.#makeCalls(fuzzer);
    drive(cpu, fuzzer.finish());
    km.words[cpu.self + TASK.resting] = 1;
    arriveAndWait(km, CONTROL.rested, CONTROL.leave);
    if (!isFirst) return;
    drive(cpu, exitMmap(cpu, this.#mm));
    drive(cpu, putFile(cpu, file));
  }

  #makeCalls(fuzzer: FuzzTask): void {
    const km = this.#km;
    const cpu = this.#cpu;
    const shared = this.#shared;
    const prng = new Prng(this.#plan.seed, STREAM.fuzz, this.task);
    const chance = new Xorshift(() => prng.next32());
    const words = new Int32Array(CALL_WORDS);
    const { turns } = shared;
    for (let calls = 1; !windowClosed(km); calls++) {
      if (calls % TURN_CALLS === 0 || turns.areTooMany) {
        km.words[cpu.self + TASK.resting] = 1;
        turns.pass(this.task);
        km.words[cpu.self + TASK.resting] = 0;
        cpu.isCrowded = turns.seats > CORES;
      }
      for (let i = 0; i < CALL_WORDS; i++) words[i] = chance.next31();
      drive(cpu, fuzzer.perform(words, 0, calls), cpu.isCrowded ? 0 : WAKE_LOOKS);
      shared.setCalls(this.task, calls);
    }
  }

  #makeFile(): number {
    const { tasks, mms } = this.#plan;
    const { file, end } = arenaOf(tasksIn(this.#mm.id, tasks, mms));
    return drive(this.#cpu, createFile(this.#cpu, FILE_KIND.disk, (end - file) * PAGE_SIZE));
  }

  #makeFuzzer(file: number): FuzzTask {
    const { tasks, mms, thresholdBytes } = this.#plan;
    return new FuzzTask({
      cpu: this.#cpu,
      mm: this.#mm,
      kernel: this.#kernel,
      thresholdPages: Math.ceil(thresholdBytes / PAGE_SIZE),
      task: this.task,
      tasks,
      mms,
      tracked: new Tracked(this.#shared.tracked(this.#mm.id), this.task),
      file,
      log: new CallLog(this.#shared.log(this.task)),
    });
  }
}
