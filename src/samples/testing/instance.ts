import type { InstanceSamples } from '../stress-samples.js';

interface InstanceFigures extends Pick<InstanceSamples, 'bogoOps' | 'realNs'> {
  /** Total, minor, major, and the kernel's own minor and major. */
  readonly faults?: readonly [number, number, number, number, number];
  readonly failures?: readonly string[];
  readonly shortages?: readonly string[];
}

/** An instance that did nothing but what is said of it. */
export function instanceOf(figures: InstanceFigures): InstanceSamples {
  const { bogoOps, realNs, failures = [], shortages = [] } = figures;
  const [total, minor, major, kernelMinor, kernelMajor] = figures.faults ?? [0, 0, 0, 0, 0];
  return {
    ...{ entry: 0, instance: 0, bogoOps, realNs, userNs: 0, systemNs: realNs, rssPagesMax: 1 },
    faults: { total, minor, major, kernelMinor, kernelMajor },
    ...{ contextSwitches: 0, calls: {}, metrics: [], failures, shortages },
  };
}
