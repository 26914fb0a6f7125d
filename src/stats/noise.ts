import type { Plan } from '../plan/plan.js';

/**
 * How values of the same round and kernel would differ if they were taken again: `measured` ones by
 * whatever the machine did, those of a simulation (`none`) not at all.
 */
export type Noise = 'none' | 'measured';

/** A machine that is simulated adds nothing of its own: the seed is all there is. */
export function noiseOf({ machine }: Pick<Plan, 'machine'>): Noise {
  return machine === undefined ? 'measured' : 'none';
}
