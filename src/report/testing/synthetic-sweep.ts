import type { MachineModel } from '../../plan/machine-model.js';
import { gridSize, type Axis } from '../../plan/grid.js';
import type { Plan } from '../../plan/plan.js';
import { shardPoints, WHOLE, type Shard } from '../../plan/shard.js';
import { summarizeRun } from '../../stats/summarize.js';
import { syntheticPlan, syntheticRounds, syntheticRun } from '../../stats/testing/synthetic-run.js';
import {
  designSweep,
  sweepDocument,
  sweepPoint,
  type SweepDesign,
  type SweepDocument,
  type SweepPoint,
} from '../sweep-document.js';
import { PATCHED, PRISTINE, TOOL } from './synthetic-result.js';

export const AXES: readonly Axis[] = [
  { name: 'tasks', values: ['1', '2', '4'] },
  { name: 'seed', values: ['7', '8'] },
];

/** A sweep of six points over tasks and seeds. */
export function syntheticDesign(
  shard: Shard = WHOLE,
  overrides: Partial<Plan> = {},
  axes: readonly Axis[] = AXES,
): SweepDesign {
  const [tasks, seeds] = axes;
  const plans = tasks!.values.flatMap((task) =>
    seeds!.values.map((seed) =>
      syntheticPlan({ rounds: 6, tasks: Number(task), seed: Number(seed), ...overrides }),
    ),
  );
  return designSweep(TOOL, axes, plans, shard);
}

/** What a point says whose numbers come from its index. */
export function syntheticPoint(design: SweepDesign, index: number): SweepPoint {
  // Simulated, as sweeps are: what differs in every round is a difference.
  const plan = syntheticPlan({ rounds: 6, machine: { name: 'any' } as MachineModel });
  const pristine = { ...PRISTINE, faults: PRISTINE.faults + 100_000 * index };
  const run = syntheticRun(syntheticRounds([pristine, PATCHED], 6));
  return sweepPoint(design, index, summarizeRun(plan, run));
}

/** The finished document of a shard, or of the `points` given alone. */
export function syntheticSweep(design: SweepDesign, points?: readonly number[]): SweepDocument {
  const { configuration, shard } = design.head;
  const mine = shardPoints(gridSize(configuration.axes), shard);
  const done = (points ?? mine).map((index) => syntheticPoint(design, index));
  return sweepDocument(design.head, done, mine.length);
}
