import { taskCount, type Plan } from '../plan/plan.js';
import type { HostConditions } from '../samples/host-conditions.js';

/** Less stolen time than this does not move a median of rounds by what a verdict calls a difference. */
const STOLEN_SHARE = 0.01;

/** CPUs that others may use before they count as company, as a share of what the tasks need. */
const OTHERS_SHARE = 0.1;

/** What the machine did to a run that its numbers do not show; nothing of a simulated one. */
export function hostWarnings(plan: Plan, conditions: HostConditions | undefined): string[] {
  if (conditions === undefined) return [];
  return [
    ...stolen(conditions),
    ...company(plan, conditions),
    ...limited(plan, conditions),
    ...hot(conditions),
  ];
}

function stolen({ stolenShare }: HostConditions): string[] {
  if (stolenShare === null || stolenShare < STOLEN_SHARE) return [];
  return [
    `the hypervisor gave ${(100 * stolenShare).toFixed(1)} % of the CPU time to other machines; ` +
      'holds and waits contain some of it',
  ];
}

/** Only what the tasks need themselves: other processes on idle CPUs are in nobody's way. */
function company(plan: Plan, { cpus, othersCpus }: HostConditions): string[] {
  if (othersCpus === null) return [];
  const needed = Math.min(taskCount(plan), cpus);
  if (othersCpus - (cpus - needed) < OTHERS_SHARE * needed) return [];
  return [
    `other processes kept ${othersCpus.toFixed(1)} of ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'} busy ` +
      'during the run; stop them, or use fewer --tasks',
  ];
}

function limited(plan: Plan, { cpuLimit, throttledPeriods }: HostConditions): string[] {
  const warnings: string[] = [];
  const tasks = taskCount(plan);
  if (cpuLimit !== null && cpuLimit < tasks) {
    warnings.push(
      `the control group may use ${Number(cpuLimit.toFixed(2))} CPUs at a time, fewer than the ` +
        `${tasks} tasks; raise its cpu.max or lower --tasks`,
    );
  }
  if (throttledPeriods !== null && throttledPeriods > 0) {
    warnings.push(
      `the control group used up its CPU limit in ${throttledPeriods} ` +
        `${throttledPeriods === 1 ? 'period' : 'periods'} and was stopped; longest times contain such stops`,
    );
  }
  return warnings;
}

function hot({ thermalThrottles }: HostConditions): string[] {
  if (thermalThrottles === null || thermalThrottles === 0) return [];
  const times = thermalThrottles === 1 ? 'once' : `${thermalThrottles} times`;
  return [`CPUs slowed down ${times} because of heat; rounds differ by more than the kernels do`];
}
