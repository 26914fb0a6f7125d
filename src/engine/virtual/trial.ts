/** One trial in virtual time: set up, simulate the window, audit, tear down. */
import { checkKernel, checkTornDown } from '../../mm/check.js';
import { exitMmap } from '../../mm/exit.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { STAT_COUNT, TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import type { Op } from '../../mm/op.js';
import { policyByName } from '../../mm/rwsem-policy.js';
import type { Plan, Trial } from '../../plan/plan.js';
import type { Counters, TrialSamples } from '../../samples/samples.js';
import { Prng, STREAM } from '../../util/prng.js';
import { isAlone, mmOfTask, ownsMm } from '../../workload/hog-layout.js';
import { startTask } from '../../workload/start-task.js';
import type { StressorRun } from '../../workload/stressor.js';
import { RunFailed } from '../engine.js';
import { wholeTrial } from '../instances.js';
import { rulesFor } from '../kernel-rules.js';
import { TaskRecorder, mergeReports } from '../task-recorder.js';
import { readCounters, readPeaks, readUncontended } from '../window.js';
import type { VirtualCpu } from './cpu.js';
import { Machine } from './machine.js';
import type { MachineModel } from '../../plan/machine-model.js';

/** Tasks do not begin at one instant: up to so many ns apart. */
const START_JITTER_NS = 1000;

/** A trial's machine with every task at its phase, and what they do from there on. */
export interface SetUp {
  readonly machine: Machine;
  readonly recorder: TaskRecorder;
  readonly mms: readonly Mm[];
  readonly runs: readonly StressorRun[];
  readonly programs: readonly Op<void>[];
  readonly windowNs: number;
}

export function setUpTrial(km: KernelMemory, plan: Plan, trial: Trial, model: MachineModel): SetUp {
  // One for all tasks: their histograms would be merged anyway.
  const recorder = new TaskRecorder();
  const machine = new Machine(model, km, recorder);
  const windowNs = Math.round(trial.seconds * 1e9);
  const mms = machine.tasks.map(({ task }) => Mm.attach(km, mmOfTask(plan, task)));
  const runs = startTasks(machine, plan, trial, mms, windowNs);
  const programs = runs.map((run) => run.program());
  machine.restart();
  recorder.reset();
  return { machine, recorder, mms, runs, programs, windowNs };
}

/** Throws RunFailed when an invariant of the kernel is broken or nobody gets any further. */
export function simulateTrial(
  km: KernelMemory,
  plan: Plan,
  trial: Trial,
  model: MachineModel,
): TrialSamples {
  const { machine, recorder, mms, runs, programs, windowNs } = setUpTrial(km, plan, trial, model);
  let counters: Counters | undefined;
  let cpuNs: Record<string, number> = {};
  const isWhole = plan.stress !== undefined;
  machine.run(programs, windowNs, () => {
    if (!isWhole) cpuNs = machine.time.byCategory(model.cpus * windowNs);
    counters = readCounters(km, plan.tasks);
  });
  if (isWhole) cpuNs = machine.time.byCategory(model.cpus * machine.endNs);
  report(checkKernel(km).violations, 'after the window closed');
  const peaks = readPeaks(km);
  const mmapSem = mergeReports([recorder.report()], readUncontended(km));
  for (const run of runs) if (run.finish !== undefined) runAlone(machine, run.finish());
  const atEnd = readCounters(km, plan.tasks);
  const reports = runs.flatMap((run) => run.report?.() ?? []);
  for (const cpu of machine.tasks) {
    if (ownsMm(plan, cpu.task)) runAlone(machine, exitMmap(cpu, mms[cpu.task]!));
  }
  report(checkTornDown(km), 'after the address spaces were torn down');
  return {
    sequence: trial.sequence,
    round: trial.round,
    kernelIndex: trial.kernelIndex,
    seconds: trial.seconds,
    complete: true,
    counters: counters!,
    peaks,
    mmapSem,
    ...wholeTrial(km, plan, reports, atEnd),
    simulated: { endNs: machine.endNs, cpuNs, traceHash: machine.trace.toString() },
  };
}

/** Brings every task to its phase, outside time; returns what each does in the window. */
function startTasks(
  machine: Machine,
  plan: Plan,
  trial: Trial,
  mms: readonly Mm[],
  windowNs: number,
): StressorRun[] {
  const { km } = machine;
  const policy = policyByName(plan.rwsem, plan.rwsemSpin);
  const rules = rulesFor(plan);
  return machine.tasks.map((cpu: VirtualCpu) => {
    km.words[cpu.self + TASK.mm] = mmOfTask(plan, cpu.task);
    cpu.rwsem = policy;
    cpu.rules = rules;
    if (isAlone(plan, cpu.task)) cpu.setAlone();
    const run = startTask(plan, trial, cpu, mms[cpu.task]!, () => cpu.timeNs >= windowNs);
    runAlone(machine, run.setup());
    km.stats.fill(0, cpu.stat, cpu.stat + STAT_COUNT);
    const prng = new Prng(trial.seed, STREAM.machine, cpu.task);
    cpu.timeNs = prng.below(START_JITTER_NS);
    cpu.seedNoise(prng.next32());
    return run;
  });
}

/** Nobody else is there to wait for. */
function runAlone(machine: Machine, op: Op<unknown>): void {
  machine.horizonNs = Infinity;
  if (op.next().done !== true) throw new RunFailed('a task that is alone waits for somebody');
}

function report(violations: readonly string[], when: string): void {
  if (violations.length === 0) return;
  const list = violations.map((violation) => `\n  ${violation}`).join('');
  throw new RunFailed(`broken invariants ${when}:${list}`);
}
