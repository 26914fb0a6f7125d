/** What each kind of work of `src/mm` costs on a machine, ns, by COST. */
import { COST } from '../../mm/op.js';
import type { CostName, Costs } from '../../plan/machine-model.js';

const NAME_OF: Readonly<Record<keyof typeof COST, CostName>> = {
  syscall: 'syscallNs',
  faultEntry: 'faultEntryNs',
  pteWork: 'pteWorkNs',
  zeroPage: 'zeroPageNs',
  allocBatch: 'allocBatchNs',
  zapPage: 'zapPageNs',
  freePage: 'freePageNs',
  allocTable: 'allocTableNs',
  freeTable: 'freeTableNs',
  splitVma: 'splitVmaNs',
  linkVma: 'linkVmaNs',
  tlbFlush: 'tlbFlushNs',
  ipi: 'ipiNs',
};

/** Whole ns by COST. */
export interface WorkTable {
  readonly alone: Float64Array;
  /** While another thread of the core is busy. */
  readonly crowded: Float64Array;
}

export function workTable(costs: Costs): WorkTable {
  const alone = new Float64Array(Object.keys(COST).length);
  for (const [kind, name] of Object.entries(NAME_OF)) {
    alone[COST[kind as keyof typeof COST]] = costs[name];
  }
  return { alone, crowded: alone.map((ns) => Math.round((ns * costs.smtPercent) / 100)) };
}
