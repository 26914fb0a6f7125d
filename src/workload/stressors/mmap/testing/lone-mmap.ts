/**
 * One instance of the mmap stressor on a machine of its own, whose clock only naps advance: fast, and
 * with everything in reach that a test wants to choose or to look at.
 */
import { RECORD_NOTHING } from '../../../../engine/record-nothing.js';
import { ThreadCpu } from '../../../../engine/threads/cpu.js';
import { checkKernel } from '../../../../mm/check.js';
import { rulesOf } from '../../../../mm/kernel-rules.js';
import { KernelMemory } from '../../../../mm/kernel-memory.js';
import { kernelByName } from '../../../../mm/kernels.js';
import { MM, PAGE_SIZE, PTRS_PER_TABLE, STAT, TASK } from '../../../../mm/layout.js';
import { Mm, mapCount } from '../../../../mm/mm.js';
import { STOP, type Op } from '../../../../mm/op.js';
import { SystemCalls } from '../../../../mm/system-calls.js';
import type { Compat, HogOptions } from '../../../../plan/stress.js';
import { Prng, STREAM } from '../../../../util/prng.js';
import { presetsOf } from '../../../hog-presets.js';
import type { HogSetting, HogTask } from '../../../hog.js';
import { Meeting } from '../../../meeting.js';
import { mmapHog } from '../hog.js';

export interface LoneSetting {
  readonly compat: Compat;
  readonly pages: number;
  readonly options?: HogOptions;
  readonly ops?: number;
  readonly seed?: number;
  readonly linux?: string;
  readonly maxMapCount?: number;
  /** Of the machine; enough for all without it. */
  readonly frames?: number;
  readonly noMadvise?: boolean;
  readonly pageIn?: boolean;
  readonly verify?: boolean;
  /** Ends the run at the so many-th time that it is asked for. */
  readonly stopsAtLook?: number;
}

class LoneCpu extends ThreadCpu {
  /** All of it slept. */
  nowNs = 0;

  override now(): number {
    return this.nowNs;
  }
}

export class LoneMmap implements HogTask {
  readonly km: KernelMemory;
  readonly mm: Mm;
  readonly cpu: LoneCpu;
  readonly calls: SystemCalls;
  readonly setting: HogSetting;
  readonly instance = 0;
  readonly process = 0;
  readonly thread = 0;
  readonly prng: Prng;
  readonly meeting: Meeting;
  ops = 0;
  /** Set to end the run at the next look. */
  isOver = false;
  readonly failures: string[] = [];
  readonly shortages: string[] = [];
  #looks = 0;
  readonly #stopsAtLook: number;
  #whenDone: () => void = () => undefined;

  constructor(lone: LoneSetting) {
    const { compat, pages, ops = 1, maxMapCount = 65_530, seed = 1, linux = '6.18' } = lone;
    const { frames = 2 * pages + 1000, stopsAtLook = Infinity } = lone;
    this.km = KernelMemory.create({
      tasks: 1,
      mms: 1,
      frames,
      tables: 4 * Math.ceil(pages / PTRS_PER_TABLE) + 100,
      vmas: maxMapCount + 8,
      files: 4,
      maxMapCount,
    });
    this.mm = Mm.create(this.km, 0);
    this.cpu = new LoneCpu(this.km, 0, RECORD_NOTHING);
    this.cpu.rules = rulesOf(linux);
    this.km.words[this.cpu.self + TASK.mm] = this.mm.id;
    const how = { strategy: kernelByName('pristine').munmap, thresholdPages: 1 };
    this.calls = new SystemCalls(this.cpu, this.mm, how);
    this.prng = new Prng(seed, STREAM.task);
    this.meeting = new Meeting(this.cpu, 0, 0);
    this.#stopsAtLook = stopsAtLook;
    this.setting = {
      compat,
      options: { ...presetsOf(mmapHog), bytes: pages * PAGE_SIZE, ...lone.options },
      instances: 1,
      opsPerInstance: ops,
      verify: lone.verify ?? false,
      pageIn: lone.pageIn ?? false,
      noMadvise: lone.noMadvise ?? false,
      memoryBytes: frames * PAGE_SIZE,
      sharedMm: false,
    };
  }

  /** Runs a program to its end; `whenDone` after every operation. */
  run(program: Op<void>, whenDone: () => void = () => undefined): void {
    this.#whenDone = whenDone;
    for (let step = program.next(); step.done !== true; step = program.next()) {
      if (step.value !== STOP.pause) throw new Error(`a lone task stops for ${step.value}`);
      this.cpu.nowNs = this.cpu.pauseUntilNs;
    }
  }

  *bogo(): Op<void> {
    this.ops += 1;
    this.#whenDone();
  }

  stopping(): boolean {
    this.#looks += 1;
    if (this.isOver || this.#looks >= this.#stopsAtLook) return true;
    return this.ops >= this.setting.opsPerInstance!;
  }

  fail(what: string): void {
    this.failures.push(what);
  }

  runOut(what: string): void {
    this.shortages.push(what);
  }

  *exitProcess(): Op<void> {
    throw new Error('the mmap stressor has one process');
  }

  /** What perf counts. */
  get faults(): number {
    return this.stat('faultsTotal');
  }

  stat(name: keyof typeof STAT): number {
    return this.km.stats[this.cpu.stat + STAT[name]]!;
  }

  get mapCount(): number {
    return mapCount(this.km, this.mm);
  }

  get residentPages(): number {
    const { words } = this.km;
    return words[this.mm.at + MM.rss]! + words[this.cpu.self + TASK.rssPending]!;
  }

  check(): readonly string[] {
    return checkKernel(this.km).violations;
  }
}
