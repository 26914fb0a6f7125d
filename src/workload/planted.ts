/**
 * Slow-downs of a known size, with which gates are tested: a task of a kernel `NAME+P%` works on
 * between its runs of faults, on nothing, for so long that its rate falls by P %. What that changes
 * for others, who find its locks free more often, comes on top: where many fight for a lock, all of them
 * may be faster for it.
 */
import type { Kernel } from '../mm/kernels.js';
import type { Cpu } from '../mm/op.js';

/**
 * The question `stopping` of a task, which every stressor asks before each piece of its work: for a
 * kernel with a slow-down the answer comes late, by a share of the time since the last answer.
 */
export function plantSlowDown(
  { plantedPercent }: Kernel,
  cpu: Cpu,
  stopping: () => boolean,
): () => boolean {
  if (plantedPercent === 0) return stopping;
  /** Of P % less work in the same time the other 100 - P % are as long as before. */
  const share = plantedPercent / (100 - plantedPercent);
  let since: number | undefined;
  /** What rounding, a clock's own time, or the loss of its CPU has made of the last one is made up for. */
  let owedNs = 0;
  return () => {
    if (stopping()) return true;
    const asked = cpu.now();
    // Set-up, before the first question, is nobody's rate.
    if (since !== undefined) owedNs += (asked - since) * share;
    const burnNs = Math.round(owedNs);
    if (burnNs > 0) cpu.burn(burnNs);
    since = cpu.now();
    owedNs -= since - asked;
    return stopping();
  };
}
