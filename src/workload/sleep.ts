/** A task that leaves its CPU for a while. */
import { STOP, type Cpu, type Op } from '../mm/op.js';

/** nanosleep(2), of whole ns. */
export function* sleep(cpu: Cpu, ns: number): Op<void> {
  cpu.pauseUntilNs = cpu.now() + ns;
  yield STOP.pause;
}
