/** What a torture run says about a lock: per policy, how much each kind of task got and waited. */
import {
  TORTURE_ROLES,
  type TorturePlan,
  type TortureRole,
  type TortureSamples,
  type TortureTaskSamples,
  type TortureTrialSamples,
} from '../samples/torture-samples.js';
import { WaitHistogram, type WaitSummary } from '../samples/wait-histogram.js';
import { jainIndex } from './fairness.js';

/** Counters of a task that add up over the tasks of a class. */
const COUNTERS = [
  'acquisitions',
  'contended',
  'trylocksFailed',
  'waitsKilled',
  'writerSteals',
  'readerSteals',
  'spinAcquired',
  'handoffs',
] as const;

export type TortureCounters = Pick<TortureTaskSamples, (typeof COUNTERS)[number]>;

/** All tasks of one role under one policy. */
export interface TortureClass extends TortureCounters {
  readonly role: TortureRole;
  readonly tasks: number;
  readonly acquisitionsPerSecond: number;
  /** Share of the acquisitions that took the slow path; null when there were none. */
  readonly contendedShare: number | null;
  /** Acquisitions of one task. */
  readonly perTask: { readonly min: number; readonly mean: number; readonly max: number };
  /** Jain's index of the tasks' acquisitions. */
  readonly jain: number | null;
  /** Over all acquisitions; those that did not wait count as 0. */
  readonly waitNs: WaitSummary;
  readonly holdNs: WaitSummary;
}

export interface TortureTask extends TortureCounters {
  readonly task: number;
  readonly role: TortureRole;
  readonly waitNsMax: number;
  readonly holdNsMax: number;
}

export interface TortureTrial {
  readonly policy: string;
  readonly seconds: number;
  readonly complete: boolean;
  /** In the order of TORTURE_ROLES, without those that no task has. */
  readonly classes: readonly TortureClass[];
  readonly tasks: readonly TortureTask[];
  /** Tasks that waited for longer than the plan's limit at least once, while others got on. */
  readonly starved: readonly number[];
}

export interface TortureSummary {
  readonly partial: boolean;
  readonly trials: readonly TortureTrial[];
}

export function summarizeTorture(plan: TorturePlan, samples: TortureSamples): TortureSummary {
  return {
    partial: samples.partial,
    trials: samples.trials.map((trial) => summarizeTrial(trial, plan.stallSeconds * 1e9)),
  };
}

function summarizeTrial(trial: TortureTrialSamples, stallNs: number): TortureTrial {
  const tasks = trial.tasks.map(summarizeTask);
  return {
    policy: trial.policy,
    seconds: trial.seconds,
    complete: trial.complete,
    classes: TORTURE_ROLES.flatMap((role) => {
      const members = trial.tasks.filter((task) => task.role === role);
      return members.length === 0 ? [] : [summarizeClass(role, members, trial.seconds)];
    }),
    tasks,
    starved: tasks.filter(({ waitNsMax }) => waitNsMax > stallNs).map(({ task }) => task),
  };
}

function summarizeTask(samples: TortureTaskSamples): TortureTask {
  return {
    task: samples.task,
    role: samples.role,
    ...countersOf([samples]),
    waitNsMax: samples.wait.summary().max,
    holdNsMax: samples.hold.summary().max,
  };
}

function summarizeClass(
  role: TortureRole,
  members: readonly TortureTaskSamples[],
  seconds: number,
): TortureClass {
  const counters = countersOf(members);
  const { acquisitions, contended } = counters;
  const shares = members.map((member) => member.acquisitions);
  return {
    role,
    tasks: members.length,
    ...counters,
    acquisitionsPerSecond: acquisitions / seconds,
    contendedShare: acquisitions === 0 ? null : contended / acquisitions,
    perTask: {
      min: Math.min(...shares),
      mean: acquisitions / members.length,
      max: Math.max(...shares),
    },
    jain: jainIndex(shares),
    waitNs: WaitHistogram.merge(members.map(({ wait }) => wait)).summary(),
    holdNs: WaitHistogram.merge(members.map(({ hold }) => hold)).summary(),
  };
}

function countersOf(members: readonly TortureTaskSamples[]): TortureCounters {
  const sum = (name: (typeof COUNTERS)[number]): number =>
    members.reduce((total, member) => total + member[name], 0);
  const sums = COUNTERS.map((name) => [name, sum(name)] as const);
  return Object.fromEntries(sums) as Record<(typeof COUNTERS)[number], number>;
}
