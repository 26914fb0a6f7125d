/** How stressors sleep. */
import { STOP, type Cpu, type Op } from '../mm/op.js';
import type { HogTask } from './hog.js';

/** A sleeper looks this often whether the run is over, ns. */
const NAP_NS_MAX = 10_000_000;

/** nanosleep(2): off the CPU for so long, whole ns. */
export function* sleep(cpu: Cpu, ns: number): Op<void> {
  cpu.pauseUntilNs = cpu.now() + ns;
  yield STOP.pause;
}

/** The same, but no longer than until the task is to stop. `ns` may be Infinity. */
export function* nap(task: Pick<HogTask, 'cpu' | 'stopping'>, ns: number): Op<void> {
  const { cpu } = task;
  const due = cpu.now() + ns;
  for (let left = ns; left > 0 && !task.stopping(); left = due - cpu.now()) {
    yield* sleep(cpu, Math.min(left, NAP_NS_MAX));
  }
}
