/** The simulated side of `host`: a line in stress-ng's manner, as without the word in front of it. */
import { HOGS } from '../../workload/stressors/hogs.js';
import { measurePlan } from '../measure-plan.js';
import { kernelRuns } from '../stress/kernel-runs.js';
import { contextOf } from '../stress/stress-command.js';
import { readStressLine, type StressRun } from '../stress/stress-line.js';
import { UsageError } from '../usage-error.js';
import type { World } from '../world.js';
import type { Simulate } from './measure-host.js';

/** A run of stress-ng without a timeout is a minute for each stressor of a sequence, else a day. */
const PATIENCE_SECONDS = 3600;

/** Throws UsageError, also for what would not end before the day does: the real kernel has to do it. */
export function readSimulated(argv: readonly string[]): StressRun {
  const line = readStressLine(argv, contextOf(HOGS));
  if (line.kind !== 'run' || line.plans.length === 0) {
    throw new UsageError('host takes a stressor that is simulated, such as --mmap 1');
  }
  const { plans, timeout } = line;
  const entries = plans.flatMap(({ stress }) => stress!.entries);
  const isLong = timeout.isDefault ? timeout.seconds > PATIENCE_SECONDS : timeout.seconds === 0;
  if (isLong && entries.some(({ opsPerInstance }) => opsPerInstance === null)) {
    const length = timeout.isDefault ? '24 hours' : 'for ever';
    throw new UsageError(
      `host would run stress-ng ${length} on the real kernel: give --timeout T, such as ` +
        '--timeout 60s, or every stressor operations, such as --mmap-ops 20',
    );
  }
  return line;
}

/** Runs a line, but prints nothing. Throws UsageError. */
export function simulateIn(world: World): Simulate {
  return async (argv, signal) => {
    const documents = [];
    for (const plan of readSimulated(argv).plans) {
      const { document, stop } = await measurePlan(plan, { quiet: true }, world);
      stop.release();
      signal.throwIfAborted();
      documents.push(document);
    }
    return kernelRuns(documents);
  };
}
