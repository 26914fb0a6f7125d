/** The machine that this process runs on, as far as a profile wants to know it. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { HostTopology } from '../../samples/calibration.js';

const SIBLINGS = '/sys/devices/system/cpu/cpu0/topology/thread_siblings_list';

export function hostTopology(): HostTopology {
  const count = availableParallelism();
  const threads = siblingCount(siblingsText());
  return {
    cpus: count,
    // A container may have been given the CPUs of half a core.
    threadsPerCore: count % threads === 0 ? threads : 1,
    // Some virtual machines and containers tell no model.
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown CPU',
    memoryBytes: totalmem(),
  };
}

/** How many CPUs a list such as `0,16` or `0-1` names; 1 when it is none. */
export function siblingCount(list: string): number {
  const text = list.trim();
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return 1;
  const spans = text.split(',').map((span) => span.split('-').map(Number));
  return spans.reduce((sum, [first, last]) => sum + (last ?? first!) - first! + 1, 0);
}

/** Linux has it in a file; elsewhere a core counts as one CPU. */
function siblingsText(): string {
  try {
    return readFileSync(SIBLINGS, 'utf8');
  } catch {
    return '';
  }
}
