/** From what the tasks of a trial report to what each instance of its stressors did. */
import type { KernelMemory } from '../mm/kernel-memory.js';
import { STAT } from '../mm/layout.js';
import type { Plan } from '../plan/plan.js';
import type { StressPlan } from '../plan/stress.js';
import type { Counters, TrialSamples } from '../samples/samples.js';
import type { InstanceSamples } from '../samples/stress-samples.js';
import type { HogReport } from '../workload/hog-run.js';
import { placesOf, type HogPlace } from '../workload/hog-layout.js';

/**
 * What is other than usual in the samples of a trial whose tasks belong to instances: it is measured
 * from its start to its end, not by the window. After all programs have ended, with the counters of
 * that moment; `reports` of all tasks, in any order. Nothing for other plans.
 */
export function wholeTrial(
  km: KernelMemory,
  plan: Plan,
  reports: readonly HogReport[],
  counters: Counters,
): Pick<TrialSamples, 'seconds' | 'counters' | 'instances'> | undefined {
  if (plan.stress === undefined) return undefined;
  return {
    seconds: lengthNs(reports) / 1e9,
    counters,
    instances: instancesOf(km, plan.stress, reports),
  };
}

/** From the first task's start to the last one's end. */
function lengthNs(reports: readonly HogReport[]): number {
  const startNs = Math.min(...reports.map((report) => report.startNs));
  return Math.max(...reports.map((report) => report.endNs)) - startNs;
}

function instancesOf(
  km: KernelMemory,
  stress: StressPlan,
  reports: readonly HogReport[],
): InstanceSamples[] {
  const places = placesOf(stress);
  const groups = new Map<number, HogReport[]>();
  for (const report of reports.toSorted((a, b) => a.task - b.task)) {
    const { instanceNumber } = places[report.task]!;
    groups.set(instanceNumber, [...(groups.get(instanceNumber) ?? []), report]);
  }
  return [...groups.values()].map((group) => instanceOf(km, places[group[0]!.task]!, group));
}

function instanceOf(
  km: KernelMemory,
  { entry, instance }: HogPlace,
  reports: readonly HogReport[],
): InstanceSamples {
  const stat = (name: keyof typeof STAT): number =>
    reports.reduce((sum, { task }) => sum + km.stats[km.statIndex(task) + STAT[name]]!, 0);
  const sum = (pick: (report: HogReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  return {
    entry,
    instance,
    bogoOps: stat('bogoOps'),
    realNs: lengthNs(reports),
    userNs: sum(({ userNs }) => userNs),
    systemNs: sum(({ systemNs }) => systemNs),
    rssPagesMax: Math.max(...reports.map((report) => report.rssPagesMax)),
    faults: {
      total: stat('faultsTotal'),
      minor: stat('faultsMinor'),
      major: stat('faultsMajor'),
      kernelMinor: stat('kernelMinor'),
      kernelMajor: stat('kernelMajor'),
    },
    contextSwitches: stat('switches'),
    calls: callsOf(reports),
    metrics: reports.flatMap(({ metrics }) => metrics),
    failures: reports.flatMap(({ failures }) => failures),
    shortages: reports.flatMap(({ shortages }) => shortages),
  };
}

function callsOf(reports: readonly HogReport[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { calls } of reports) {
    for (const [name, count] of Object.entries(calls)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}
