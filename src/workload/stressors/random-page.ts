/** Addresses drawn from all that 64 bits can say, most of which no process may have. */
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ENOMEM } from '../../mm/errno.js';
import type { Prng } from '../../util/prng.js';
import type { HogTask } from '../hog.js';

/** Number of a page of a 64-bit address. */
export function randomPage(prng: Prng): number {
  return prng.below(2 ** 20) * 2 ** 32 + prng.next32();
}

/**
 * A random page address at which nothing is mapped, of so many bits, as mincore says; undefined once
 * the task is to stop. `vec`: one byte for mincore's answers.
 */
export function* findFreePage(
  task: Pick<HogTask, 'calls' | 'prng' | 'stopping'>,
  addressBits: 32 | 64,
  vec: Uint8Array,
): Op<number | undefined> {
  while (!task.stopping()) {
    const page = randomPage(task.prng) % (2 ** addressBits / PAGE_SIZE);
    const result = yield* task.calls.mincore(page * PAGE_SIZE, PAGE_SIZE, vec);
    if (result === -ENOMEM && page > 0) return page * PAGE_SIZE;
  }
  return undefined;
}
