/** All stressors of stress-ng's kind. */
import type { Hog } from '../hog.js';
import { fault } from './fault.js';
import { madvise } from './madvise.js';
import { mixed } from './mixed.js';
import { mmapHog } from './mmap/hog.js';
import { mmapaddr } from './mmapaddr.js';
import { mmapfixed } from './mmapfixed.js';
import { mmapfork } from './mmapfork.js';
import { mmaphuge } from './mmaphuge.js';
import { mmapmany } from './mmapmany.js';
import { mprotect } from './mprotect.js';
import { mremap } from './mremap.js';
import { munmap } from './munmap.js';
import { vm } from './vm.js';
import { vmScalability } from './vm-scalability.js';
import { vma } from './vma.js';
import { willItScale } from './will-it-scale/index.js';

export const HOGS: readonly Hog[] = [
  mmapHog,
  mmapmany,
  mmapfork,
  mmapfixed,
  mmapaddr,
  mmaphuge,
  munmap,
  vm,
  fault,
  vma,
  madvise,
  mremap,
  mprotect,
  mixed,
  ...willItScale,
  ...vmScalability,
];

/** Throws for a name that no hog has. */
export function hogByName(name: string, hogs: readonly Hog[] = HOGS): Hog {
  const hog = hogs.find((candidate) => candidate.name === name);
  if (hog === undefined) throw new Error(`no stressor with instances is called '${name}'`);
  return hog;
}
