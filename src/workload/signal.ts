/** What a signal costs the task that gets it for an access that was denied. */
import { COST, type Cpu } from '../mm/op.js';

/**
 * SIGSEGV or SIGBUS with a handler that returns or jumps away: the kernel builds its frame on the way
 * out of the fault, and the handler's return is a system call of its own. The fault itself is accounted.
 */
export function takeSignal(cpu: Cpu): void {
  cpu.charge(COST.syscall, 2);
}
