/** Bogo operations per second as stress-ng has them. */
import type { InstanceSamples } from '../samples/stress-samples.js';

/** Of an entry's instances: all their operations over the mean of their own times. 0 in no time. */
export function entryOpsPerSecond(instances: readonly InstanceSamples[]): number {
  const meanNs = sum(instances, ({ realNs }) => realNs) / instances.length;
  return meanNs > 0 ? (1e9 * sum(instances, ({ bogoOps }) => bogoOps)) / meanNs : 0;
}

/** Of entries that ran side by side: the sum of their rates. */
export function opsPerSecond(instances: readonly InstanceSamples[]): number {
  const entries = [...new Set(instances.map(({ entry }) => entry))];
  return entries.reduce(
    (total, entry) => total + entryOpsPerSecond(instances.filter((one) => one.entry === entry)),
    0,
  );
}

function sum(
  instances: readonly InstanceSamples[],
  valueOf: (instance: InstanceSamples) => number,
): number {
  return instances.reduce((total, instance) => total + valueOf(instance), 0);
}
