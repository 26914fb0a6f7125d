/**
 * One instance of a hog on a machine of its own, sized by what the hog says it needs: its tasks take
 * turns on the calling thread, each running until it sleeps, by a clock that work alone moves.
 */
import { RECORD_NOTHING } from '../../engine/record-nothing.js';
import { ThreadCpu } from '../../engine/threads/cpu.js';
import { checkKernel, checkTornDown } from '../../mm/check.js';
import { exitMmap } from '../../mm/exit.js';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { rulesOf, type ThpMode } from '../../mm/kernel-rules.js';
import { kernelByName } from '../../mm/kernels.js';
import { MM, PTRS_PER_TABLE, STAT, TASK } from '../../mm/layout.js';
import { Mm, mapCount } from '../../mm/mm.js';
import { STOP, type Cost, type Op } from '../../mm/op.js';
import { PCP_HIGH } from '../../mm/page-alloc.js';
import { CALL_NAMES, SystemCalls, type CallName } from '../../mm/system-calls.js';
import type { HogOptions } from '../../plan/stress.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import { Prng, STREAM } from '../../util/prng.js';
import type { Hog, HogNeeds, HogRun, HogSetting, HogTask } from '../hog.js';
import { presetsOf } from '../hog-presets.js';
import { MEETING_WORDS_ALL, Meeting } from '../meeting.js';

export interface LoneHogInput {
  readonly options?: HogOptions;
  readonly instances?: number;
  /** The run ends after so many operations, or when its clock shows so many seconds. */
  readonly ops?: number;
  readonly seconds?: number;
  readonly verify?: boolean;
  readonly noMadvise?: boolean;
  readonly memoryBytes?: number;
  readonly maxMapCount?: number;
  readonly seed?: number;
  readonly linux?: string;
  readonly thp?: ThpMode;
  readonly kernel?: string;
  /** Page frames in place of those that the hog says it needs. */
  readonly frames?: number;
  /** Called with every task before the run, which may change what the task gets to work with. */
  readonly meddle?: (task: HogTask, km: KernelMemory) => HogTask;
}

export interface LoneHogResult {
  readonly bogoOps: number;
  readonly faults: Readonly<Record<'total' | 'minor' | 'major' | 'kernelMinor', number>>;
  readonly calls: Readonly<Record<CallName, number>>;
  readonly failedCalls: number;
  /** What the kernel has unmapped, pages; by advices apart. */
  readonly munmapPages: number;
  readonly metrics: readonly HogMetric[];
  readonly failures: readonly string[];
  readonly ranOut: readonly string[];
  /** VMAs of each process when the programs have ended, and at most. */
  readonly vmasLeft: readonly number[];
  readonly vmasMax: number;
  /** Broken invariants, and what was not given back when the processes had exited. */
  readonly violations: readonly string[];
  readonly ns: number;
}

/** ns of any piece of work. */
const WORK_NS = 100;
/** Not at all an upper bound, but more than anything here takes. */
const TURNS_MAX = 1e8;

class Clock {
  ns = 0;
}

/** A CPU without others: time passes for all of them when any works. */
class TurnCpu extends ThreadCpu {
  readonly #clock: Clock;

  constructor(km: KernelMemory, task: number, clock: Clock) {
    super(km, task, RECORD_NOTHING);
    this.#clock = clock;
  }

  override charge(_cost?: Cost, times = 1): void {
    this.#clock.ns += WORK_NS * times;
  }

  override chargeUser(_cost: Cost, times: number): void {
    this.#clock.ns += WORK_NS * times;
  }

  override now(): number {
    return this.#clock.ns;
  }
}

/** What an instance of the hog goes by; options that are not given are the presets. */
export function hogSetting(hog: Hog, input: LoneHogInput = {}): HogSetting {
  return {
    compat: 'head',
    verify: input.verify ?? false,
    pageIn: false,
    noMadvise: input.noMadvise ?? false,
    memoryBytes: input.memoryBytes ?? 2 ** 30,
    sharedMm: false,
    options: { ...presetsOf(hog), ...input.options },
    instances: input.instances ?? 1,
    opsPerInstance: input.ops ?? null,
  };
}

function makeMachine(needs: HogNeeds, processes: number, tasks: number, input: LoneHogInput) {
  const { pages, scatteredTables = 0, files = 0, filePages = 0 } = needs;
  const maxMapCount = input.maxMapCount ?? 65_530;
  const pteTables = Math.ceil(pages / PTRS_PER_TABLE);
  const fileTables = filePages === 0 ? 0 : 8 + Math.ceil((2 * filePages) / PTRS_PER_TABLE);
  return KernelMemory.create({
    tasks,
    mms: processes,
    frames: (input.frames ?? pages) + tasks * 2 * PCP_HIGH,
    tables: pteTables + fileTables + scatteredTables + 16 * (tasks + processes),
    vmas: Math.min(2 ** 20, processes * (maxMapCount + 2)),
    files,
    maxMapCount,
    sharedWords: MEETING_WORDS_ALL,
  });
}

export function runLoneHog(hog: Hog, input: LoneHogInput = {}): LoneHogResult {
  const setting = hogSetting(hog, input);
  const { processes, threadsPerProcess } = hog.shape(setting);
  const tasks = processes * threadsPerProcess;
  const km = makeMachine(hog.needs(setting), processes, tasks, input);
  const mms = Array.from({ length: processes }, (_, id) => Mm.create(km, id));
  const clock = new Clock();
  const failures: string[] = [];
  const ranOut: string[] = [];
  const rules = { ...rulesOf(input.linux ?? '6.18'), thp: input.thp ?? ('madvise' as const) };
  const kernel = kernelByName(input.kernel ?? 'pristine');
  const cpus = Array.from({ length: tasks }, (_, task) => new TurnCpu(km, task, clock));
  const bogoOps = (): number =>
    cpus.reduce((sum, { stat }) => sum + km.stats[stat + STAT.bogoOps]!, 0);
  const stopping = (): boolean =>
    ranOut.length > 0 || bogoOps() >= (input.ops ?? Infinity) || clock.ns >= endNs(input);
  const vmasMaxOf = (mm: Mm): number => km.words[mm.at + MM.mapCountMax]!;
  let vmasMax = 0;
  const hogTasks = cpus.map((cpu): HogTask => {
    const process = Math.floor(cpu.task / threadsPerProcess);
    const mm = mms[process]!;
    km.words[cpu.self + TASK.mm] = mm.id;
    cpu.rules = rules;
    const task: HogTask = {
      cpu,
      calls: new SystemCalls(cpu, mm, { strategy: kernel.munmap, thresholdPages: 262_144 }),
      setting,
      instance: 0,
      process,
      thread: cpu.task % threadsPerProcess,
      prng: new Prng(input.seed ?? 1, STREAM.task, cpu.task),
      meeting: new Meeting(cpu, km.at.shared, 0),
      *bogo(ops = 1) {
        km.stats[cpu.stat + STAT.bogoOps]! += ops;
      },
      stopping,
      fail: (what) => void failures.push(what),
      runOut: (what) => void ranOut.push(what),
      *exitProcess() {
        vmasMax = Math.max(vmasMax, vmasMaxOf(mm));
        yield* exitMmap(cpu, mm);
      },
    };
    return input.meddle?.(task, km) ?? task;
  });
  const runs = hogTasks.map((task) => hog.start(task));
  takeTurns(cpus, runs, clock);
  const vmasLeft = mms.map((mm) => mapCount(km, mm));
  vmasMax = Math.max(vmasMax, ...mms.map(vmasMaxOf));
  const { violations } = checkKernel(km);
  const stat = (name: keyof typeof STAT): number =>
    cpus.reduce((sum, cpu) => sum + km.stats[cpu.stat + STAT[name]]!, 0);
  const result = {
    bogoOps: bogoOps(),
    faults: {
      total: stat('faultsTotal'),
      minor: stat('faultsMinor'),
      major: stat('faultsMajor'),
      kernelMinor: stat('kernelMinor'),
    },
    calls: sumCalls(hogTasks),
    failedCalls: stat('failedCalls'),
    munmapPages: stat('munmapPages'),
    metrics: runs[0]!.metrics?.() ?? [],
    ns: clock.ns,
  };
  for (const [i, mm] of mms.entries()) runToEnd(exitMmap(cpus[i * threadsPerProcess]!, mm));
  const left = checkTornDown(km);
  return {
    ...result,
    failures,
    ranOut,
    vmasLeft,
    vmasMax,
    violations: [...violations, ...left],
  };
}

function endNs({ seconds }: LoneHogInput): number {
  return seconds === undefined ? Infinity : seconds * 1e9;
}

function sumCalls(tasks: readonly HogTask[]): Record<CallName, number> {
  const sums = CALL_NAMES.map((name) => [
    name,
    tasks.reduce((sum, { calls }) => sum + calls.counts[name], 0),
  ]);
  return Object.fromEntries(sums) as Record<CallName, number>;
}

function runToEnd(op: Op<unknown>): void {
  if (op.next().done !== true) throw new Error('a task that is alone waits for somebody');
}

/** Every task runs until it sleeps; those that nap wake in the order of their times. */
function takeTurns(cpus: readonly TurnCpu[], runs: readonly HogRun[], clock: Clock): void {
  const waiting = cpus.map((cpu, i) => ({ cpu, program: runs[i]!.program(), napsUntil: -1 }));
  for (let turns = 0; waiting.length > 0; turns++) {
    if (turns === TURNS_MAX) throw new Error('the programs do not come to an end');
    let next = waiting.findIndex(({ cpu, napsUntil }) => napsUntil < 0 && isAwake(cpu));
    if (next < 0) {
      const naps = waiting.filter(({ napsUntil }) => napsUntil >= 0);
      if (naps.length === 0) throw new Error('all tasks sleep');
      const first = Math.min(...naps.map(({ napsUntil }) => napsUntil));
      next = waiting.findIndex(({ napsUntil }) => napsUntil === first);
      clock.ns = Math.max(clock.ns, first);
    }
    const task = waiting[next]!;
    task.napsUntil = -1;
    task.cpu.km.words[task.cpu.self + TASK.offCpu] = 0;
    const step = task.program.next();
    if (step.done === true) waiting.splice(next, 1);
    else if (step.value === STOP.pause) task.napsUntil = task.cpu.pauseUntilNs;
    else if (step.value === STOP.sleep) task.cpu.km.words[task.cpu.self + TASK.offCpu] = 1;
  }
}

/** Not asleep, or woken. */
function isAwake({ km, self }: TurnCpu): boolean {
  return km.words[self + TASK.offCpu] === 0 || km.words[self + TASK.wake] !== 0;
}
