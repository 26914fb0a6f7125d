/** CPU time of the calling thread, which Node 20 does not tell of threads. */
import { readFileSync } from 'node:fs';

/** ns since the thread began; undefined where the system does not say (any but Linux). */
export function threadCpuNs(): number | undefined {
  try {
    // Time on a CPU, time waiting for one, slices.
    const [onCpuNs] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    return Number(onCpuNs);
  } catch {
    return undefined;
  }
}
