import { HOGS } from '../../workload/stressors/hogs.js';
import { measurePlan } from '../measure-plan.js';
import { kernelRuns } from '../stress/kernel-runs.js';
import { contextOf } from '../stress/stress-command.js';
import { readStressLine } from '../stress/stress-line.js';
import { UsageError } from '../usage-error.js';
import type { World } from '../world.js';
import type { Simulate } from './measure-host.js';

/** A line in stress-ng's manner run as without `host`, but for what it prints. Throws UsageError. */
export function simulateIn(world: World): Simulate {
  return async (argv, signal) => {
    const line = readStressLine(argv, contextOf(HOGS));
    if (line.kind !== 'run' || line.plans.length === 0) {
      throw new UsageError('host takes a stressor that is simulated, such as --mmap 1');
    }
    const documents = [];
    for (const plan of line.plans) {
      const { document, stop } = await measurePlan(plan, { quiet: true }, world);
      stop.release();
      signal.throwIfAborted();
      documents.push(document);
    }
    return kernelRuns(documents);
  };
}
