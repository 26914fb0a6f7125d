/** Reasons for which the numbers of a run are worth no verdict. */
import type { ResultDocument } from '../report/result.js';
import type { HostConditions } from '../samples/host-conditions.js';

/** Beyond this the hypervisor measures itself. */
const STOLEN_SHARE_MAX = 0.1;

/** A sentence each; none for a run that can be judged. */
export function distrust(
  { partial, kernels }: ResultDocument,
  conditions: HostConditions | undefined,
): string[] {
  return [
    ...(partial ? ['the run was interrupted: let it run to its end'] : []),
    ...kernels.flatMap(({ name, rounds, faultsPerSecond }) => {
      if (!rounds.some(({ complete }) => complete)) return [`${name} has no whole round`];
      const none = faultsPerSecond.median === null || faultsPerSecond.median === 0;
      return none ? [`${name} took no page faults`] : [];
    }),
    ...kernels.flatMap(({ name, failedCalls }) =>
      failedCalls === 0
        ? []
        : [`${failedCalls} calls of ${name} failed: it did not do all its work`],
    ),
    ...(conditions === undefined ? [] : disturbances(conditions)),
  ];
}

function disturbances({ stolenShare, thermalThrottles }: HostConditions): string[] {
  return [
    ...(stolenShare !== null && stolenShare > STOLEN_SHARE_MAX
      ? [`the hypervisor took ${(100 * stolenShare).toFixed(0)} % of the CPU time: run it again`]
      : []),
    ...(thermalThrottles !== null && thermalThrottles > 0
      ? ['CPUs slowed down because of heat: let the machine cool, or give it less to do']
      : []),
  ];
}
