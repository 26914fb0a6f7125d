/** All stressors of stress-ng's kind. */
import type { Hog } from '../hog.js';
import { willItScale } from './will-it-scale/index.js';

export const HOGS: readonly Hog[] = [...willItScale];

/** Throws for a name that no hog has. */
export function hogByName(name: string, hogs: readonly Hog[] = HOGS): Hog {
  const hog = hogs.find((candidate) => candidate.name === name);
  if (hog === undefined) throw new Error(`no stressor with instances is called '${name}'`);
  return hog;
}
