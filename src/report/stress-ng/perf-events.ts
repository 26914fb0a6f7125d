/** perf's software events, as far as a simulation has them: hardware has none to count there. */
import type { Compat } from '../../plan/stress.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { sumOf } from './stress-run.js';

export interface PerfCount {
  /** As stress-ng prints it. */
  readonly label: string;
  /** Sum over the instances; clocks count ns. */
  readonly count: number;
}

interface PerfEvent {
  readonly label: string;
  readonly countOf: (instance: InstanceSamples) => number;
  /** Releases that know nothing of it. */
  readonly missingIn?: readonly Compat[];
}

export const FAULTS_TOTAL = 'Page Faults Total';

const busyNs = ({ userNs, systemNs }: InstanceSamples): number => userNs + systemNs;
const never = (): number => 0;

/** In the order in which they are printed. Faults that the kernel takes for itself are no events. */
const EVENTS: readonly PerfEvent[] = [
  { label: 'CPU Clock', countOf: busyNs },
  { label: 'Task Clock', countOf: busyNs },
  { label: FAULTS_TOTAL, countOf: ({ faults }) => faults.total },
  { label: 'Page Faults Minor', countOf: ({ faults }) => faults.minor },
  { label: 'Page Faults Major', countOf: ({ faults }) => faults.major },
  { label: 'Context Switches', countOf: ({ contextSwitches }) => contextSwitches },
  // Simulated tasks are in no cgroups and stay on their CPUs; nothing is misaligned or emulated.
  { label: 'Cgroup Switches', countOf: never, missingIn: ['0.09.31'] },
  { label: 'CPU Migrations', countOf: never },
  { label: 'Alignment Faults', countOf: never },
  { label: 'Emulation Faults', countOf: never },
];

/** True sums over the instances, whatever the release did. */
export function perfCounts(instances: readonly InstanceSamples[], compat: Compat): PerfCount[] {
  return EVENTS.filter(({ missingIn }) => !missingIn?.includes(compat)).map(
    ({ label, countOf }) => ({ label, count: sumOf(instances, countOf) }),
  );
}

/** Up to 0.19.05 the first instance's count times their number was told for the sum. */
export const SUMS_ARE_TRUE: Readonly<Record<Compat, boolean>> = {
  '0.09.31': false,
  '0.15.06': false,
  head: true,
};
