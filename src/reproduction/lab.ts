/**
 * Where studies get their simulations from: they ask for runs on named machines, and the lab makes
 * plans of that and has them run, several side by side while memory allows.
 */
import { definePlan } from '../plan/define-plan.js';
import { modelOf, type Profile } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import type { Compat, HogOptions, StressPlan } from '../plan/stress.js';
import type { RunSamples, TrialSamples } from '../samples/samples.js';

/** `--page-fault1-threads 4`, with the options that are not the presets. */
export interface HogRequest {
  readonly stressor: string;
  readonly instances: number;
  readonly options?: HogOptions;
}

/** Stressors with instances in place of tasks that all do the same. */
export interface StressRequest {
  readonly entries: readonly HogRequest[];
  readonly compat?: Compat;
  /** All instances in one address space, as threads. */
  readonly sharedMm?: boolean;
}

/** A simulation of one kernel; what is left out is as the command line has it. */
export interface Experiment {
  /** Name of a profile of `workloads/machines`. */
  readonly machine: string;
  /** Costs that are not those of the profile, `zapPageNs=214`. */
  readonly changes?: readonly string[];
  readonly stressor: string;
  readonly kernel?: string;
  /** With `stress`, as many as its instances have. */
  readonly tasks: number;
  readonly stress?: StressRequest;
  readonly mms?: number;
  /** Of all tasks together. */
  readonly mmapBytes: number;
  readonly thresholdBytes?: number;
  readonly rwsem?: string;
  /** Simulations with seeds of their own. */
  readonly rounds?: number;
  /** Length of every simulation's window, in virtual time. */
  readonly seconds: number;
}

export interface Lab {
  /** A profile of `workloads/machines`, for studies that change its costs. */
  profile(name: string): Profile;
  /** The trials of every experiment, in the order of the experiments. */
  run(experiments: readonly Experiment[]): Promise<readonly (readonly TrialSamples[])[]>;
}

export interface StressSize {
  readonly stress: StressPlan;
  readonly tasks: number;
  readonly mms: number;
}

export interface LabSetup {
  profile(name: string): Profile;
  /** All settings of the request resolved, for a machine with so much memory. */
  resolve(request: StressRequest, memoryBytes: number): StressSize;
  /** Throws what an engine throws. */
  runPlan(plan: Plan): Promise<RunSamples>;
  /** Experiments that may run side by side. */
  readonly parallel: number;
}

/** Simulated memory that experiments side by side may have together, bytes: 2 GB of ours at most. */
const SIDE_BY_SIDE_BYTES = 2 ** 38;
const SEED = 1;

export function openLab(setup: LabSetup): Lab {
  const { parallel } = setup;
  const runOne = async (experiment: Experiment): Promise<readonly TrialSamples[]> => {
    const plan = planOf(experiment, setup);
    const { trials, partial } = await setup.runPlan(plan);
    if (partial) throw new Interrupted();
    return trials;
  };
  return {
    profile: (name) => setup.profile(name),
    run: async (experiments) => {
      const bytesMax = Math.max(...experiments.map(({ mmapBytes }) => mmapBytes));
      const workers = bytesMax * parallel > SIDE_BY_SIDE_BYTES ? 1 : parallel;
      const results: (readonly TrialSamples[])[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < experiments.length) {
          const at = next;
          next += 1;
          results[at] = await runOne(experiments[at]!);
        }
      };
      await Promise.all(Array.from({ length: workers }, work));
      return results;
    },
  };
}

/** A signal came before a study was complete; half a study is none. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

function planOf(experiment: Experiment, setup: LabSetup): Plan {
  const profile = setup.profile(experiment.machine);
  const { stress: request } = experiment;
  const stress = request === undefined ? {} : setup.resolve(request, profile.memoryBytes);
  const { changes = [], kernel = 'pristine', mms = 1, rounds = 1, seconds } = experiment;
  return definePlan({
    machine: modelOf(profile, changes),
    stressor: experiment.stressor,
    kernels: [kernel],
    tasks: experiment.tasks,
    mms,
    mmapBytes: experiment.mmapBytes,
    thresholdBytes: experiment.thresholdBytes ?? 2 ** 30,
    maxMapCount: 65530,
    ...(experiment.rwsem === undefined ? {} : { rwsem: experiment.rwsem }),
    rounds,
    timeoutSeconds: rounds * seconds,
    seed: SEED,
    ...stress,
  });
}
