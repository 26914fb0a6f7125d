/** One task of a hog as an engine runs it, and what it has to report in the end. */
import { exitMmap } from '../mm/exit.js';
import { MM, STAT, TASK } from '../mm/layout.js';
import type { Mm } from '../mm/mm.js';
import type { Kernel } from '../mm/kernels.js';
import type { Cpu, Op } from '../mm/op.js';
import { SystemCalls } from '../mm/system-calls.js';
import type { Trial } from '../plan/plan.js';
import type { StressPlan } from '../plan/stress.js';
import type { HogMetric } from '../samples/stress-samples.js';
import { Prng, STREAM } from '../util/prng.js';
import type { HogRun, HogSetting, HogTask } from './hog.js';
import { hogOf, placesOf, settingOf, tasksInMm, type HogPlace } from './hog-layout.js';
import { MEETING_WORDS_ALL, Meeting } from './meeting.js';
import type { StressorRun } from './stressor.js';

/** Plain data, which may come from another thread. Times by the engine's clock, ns. */
export interface HogReport {
  readonly task: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly userNs: number;
  readonly systemNs: number;
  readonly rssPagesMax: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly metrics: readonly HogMetric[];
  readonly failures: readonly string[];
  readonly shortages: readonly string[];
}

/** More sentences say nothing more. */
const FAILURES_MAX = 5;

export interface HogTaskContext {
  readonly stress: StressPlan;
  readonly trial: Trial;
  readonly kernel: Kernel;
  readonly thresholdPages: number;
  readonly cpu: Cpu;
  readonly mm: Mm;
  readonly windowClosed: () => boolean;
}

export class RunningHog implements StressorRun, HogTask {
  readonly cpu: Cpu;
  readonly calls: SystemCalls;
  readonly setting: HogSetting;
  readonly instance: number;
  readonly process: number;
  readonly thread: number;
  readonly prng: Prng;
  readonly meeting: Meeting;
  readonly #place: HogPlace;
  readonly #mm: Mm;
  /** All tasks of its address space. */
  readonly #threads: readonly number[];
  readonly #run: HogRun;
  readonly #windowClosed: () => boolean;
  readonly #opsMax: number;
  #rssPagesMax = 0;
  #failures: string[] = [];
  #shortages: string[] = [];
  #startNs = 0;
  #endNs = 0;
  #userNs = 0;
  #totalNs = 0;

  constructor({ stress, trial, kernel, thresholdPages, cpu, mm, windowClosed }: HogTaskContext) {
    const place = placesOf(stress)[cpu.task]!;
    const entry = stress.entries[place.entry]!;
    this.cpu = cpu;
    this.calls = new SystemCalls(cpu, mm, { strategy: kernel.munmap, thresholdPages });
    this.setting = settingOf(stress, entry);
    this.instance = place.instance;
    this.process = place.process;
    this.thread = place.thread;
    this.prng = new Prng(trial.seed, STREAM.task, cpu.task);
    const words = cpu.km.at.shared + place.instanceNumber * MEETING_WORDS_ALL;
    this.meeting = new Meeting(cpu, words, place.firstTask);
    this.#place = place;
    this.#mm = mm;
    this.#threads = tasksInMm(stress, place.mm);
    this.#windowClosed = windowClosed;
    this.#opsMax = entry.opsPerInstance ?? Infinity;
    this.#run = hogOf(entry).start(this);
  }

  *bogo(ops = 1): Op<void> {
    this.cpu.km.stats[this.cpu.stat + STAT.bogoOps]! += ops;
    if (this.#opsMax < Infinity) yield* this.meeting.count(ops);
  }

  stopping(): boolean {
    if (this.#windowClosed()) return true;
    return this.#opsMax < Infinity && this.meeting.counted >= this.#opsMax;
  }

  fail(what: string): void {
    if (this.#failures.length < FAILURES_MAX) this.#failures.push(what);
  }

  runOut(what: string): void {
    if (this.#shortages.length < FAILURES_MAX) this.#shortages.push(what);
  }

  *exitProcess(): Op<void> {
    this.#notePeak();
    yield* exitMmap(this.cpu, this.#mm);
  }

  /** Before all programs begin: the instance's words are as at the first time. */
  *setup(): Op<void> {
    if (this.#place.firstTask === this.cpu.task) this.meeting.clear();
  }

  *program(): Op<void> {
    const before = this.cpu.cpuTimes();
    this.#startNs = this.cpu.now();
    yield* this.#run.program();
    this.#endNs = this.cpu.now();
    const after = this.cpu.cpuTimes();
    this.#userNs = after.userNs - before.userNs;
    this.#totalNs = after.totalNs - before.totalNs;
    this.#notePeak();
  }

  /** After the program. */
  report(): HogReport {
    const isFirst = this.#place.firstTask === this.cpu.task;
    return {
      task: this.cpu.task,
      startNs: this.#startNs,
      endNs: this.#endNs,
      userNs: this.#userNs,
      systemNs: this.#totalNs - this.#userNs,
      rssPagesMax: this.#rssPagesMax,
      calls: this.calls.counts,
      metrics: isFirst ? (this.#run.metrics?.() ?? []) : [],
      failures: this.#failures,
      shortages: this.#shortages,
    };
  }

  #notePeak(): void {
    const { words } = this.cpu.km;
    const { at } = this.#mm;
    // What its tasks have not yet added to it is part of it, too.
    const now = this.#threads.reduce(
      (sum, task) => sum + words[this.cpu.km.taskAt(task) + TASK.rssPending]!,
      words[at + MM.rss]!,
    );
    this.#rssPagesMax = Math.max(this.#rssPagesMax, words[at + MM.rssMax]!, now);
  }
}
