/** The studies there are, in the order they are listed, run and printed; a new one is a row here. */
import { faultScaling } from './fault-scaling.js';
import { hungTask } from './hung-task.js';
import { munmapDuration } from './munmap-duration.js';
import { pageFaultThreads } from './page-fault-threads.js';
import { rwsemRewrite } from './rwsem-rewrite.js';
import { seedCommand } from './seed-command.js';
import { seedMachine } from './seed-machine.js';
import type { Study } from './study.js';

export const STUDIES: readonly Study[] = [
  munmapDuration,
  faultScaling,
  rwsemRewrite,
  hungTask,
  seedMachine,
  pageFaultThreads,
  seedCommand,
];

export function studyNames(): string[] {
  return STUDIES.map(({ name }) => name);
}

/** Throws for a name that is not in studyNames(). */
export function studyByName(name: string): Study {
  const study = STUDIES.find((candidate) => candidate.name === name);
  if (study === undefined) throw new Error(`no reproduction is called '${name}'`);
  return study;
}
