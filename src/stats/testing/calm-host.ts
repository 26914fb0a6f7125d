import type { HostConditions } from '../../samples/host-conditions.js';

/** A machine that has left a run alone. */
export const CALM: HostConditions = {
  cpus: 2,
  stolenShare: 0,
  othersCpus: 0,
  cpuLimit: null,
  throttledPeriods: null,
  thermalThrottles: null,
};
