/** How many VMA records a simulated machine has. */

/** Over all address spaces: those that a run does not touch are never resident. */
const VMAS_MAX = 2 ** 22;

/** An mm may have `max_map_count` of them, and one more or two while it changes. */
export function vmasFor(mms: number, maxMapCount: number): number {
  return Math.min(VMAS_MAX, mms * (maxMapCount + 2));
}
