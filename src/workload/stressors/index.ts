import type { Stressor } from '../stressor.js';
import { faultMunmap } from './fault-munmap.js';
import { hungTask } from './hung-task.js';
import { munmapOnce } from './munmap-once.js';
import { munmapStorm } from './munmap-storm.js';
import { pft } from './pft.js';
import { rwsemMixed, rwsemPairs } from './rwsem-pairs.js';

const STRESSORS: readonly Stressor[] = [
  faultMunmap,
  munmapStorm,
  munmapOnce,
  pft,
  rwsemPairs,
  rwsemMixed,
  hungTask,
];

/** Throws for a name that no stressor has. */
export function stressorByName(name: string): Stressor {
  const stressor = STRESSORS.find((candidate) => candidate.name === name);
  if (stressor === undefined) throw new Error(`no stressor is called '${name}'`);
  return stressor;
}

export function stressorNames(): string[] {
  return STRESSORS.map((stressor) => stressor.name);
}
