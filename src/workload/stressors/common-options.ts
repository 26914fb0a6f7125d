/** Options that several stressors have, with one meaning. */
import type { HogOption } from '../hog.js';

export const MLOCK = {
  takes: 'nothing',
  help: 'lock the pages into memory',
} as const satisfies HogOption;

export const NUMA = {
  takes: 'nothing',
  help: 'accepted; the simulated machine has one node',
} as const satisfies HogOption;
