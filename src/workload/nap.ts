/** How stressors sleep. */
import { STOP, type Op } from '../mm/op.js';
import type { HogTask } from './hog.js';

/** A sleeper looks this often whether the run is over, ns. */
const NAP_NS_MAX = 10_000_000;

/** Off the CPU for so long, whole ns, or until the task is to stop. `ns` may be Infinity. */
export function* nap(task: Pick<HogTask, 'cpu' | 'stopping'>, ns: number): Op<void> {
  const { cpu } = task;
  let now = cpu.now();
  const due = now + ns;
  while (now < due && !task.stopping()) {
    cpu.pauseUntilNs = Math.min(due, now + NAP_NS_MAX);
    yield STOP.pause;
    now = cpu.now();
  }
}
