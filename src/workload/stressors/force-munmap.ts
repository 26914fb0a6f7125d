/** munmap that does not give up at once (stress-ng's stress_munmap_force). */
import { ENOMEM } from '../../mm/errno.js';
import type { Op } from '../../mm/op.js';
import type { HogTask } from '../hog.js';
import { sleep } from '../nap.js';

export const MUNMAP_TRIES = 10;
const NAP_NS = 10_000_000;

/**
 * 0 or a negated errno. When memory or VMAs are short it sleeps and tries again, ten times in all and
 * each time 10 ms longer: 0.55 s before it is given up.
 */
export function* forceMunmap(
  task: Pick<HogTask, 'calls' | 'cpu'>,
  address: number,
  bytes: number,
): Op<number> {
  for (let tries = 1; ; tries++) {
    const result = yield* task.calls.munmap(address, bytes);
    if (result !== -ENOMEM) return result;
    yield* sleep(task.cpu, tries * NAP_NS);
    if (tries === MUNMAP_TRIES) return result;
  }
}
