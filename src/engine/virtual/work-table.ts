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
  userPage: 'userPageNs',
  copyPage: 'copyPageNs',
  filePage: 'filePageNs',
};

/** So many bits of a random number choose what a piece of work takes. */
export const DRAW_BITS = 8;
const DRAWS = 1 << DRAW_BITS;

/** Whole ns. */
export interface WorkRates {
  /** For a piece of work, by COST. */
  readonly mean: Float64Array;
  /** The DRAWS equally likely times that a piece of work takes, one COST's after the other's. */
  readonly drawn: Float64Array;
}

export interface WorkTable {
  readonly alone: WorkRates;
  /** While another thread of the core is busy. */
  readonly crowded: WorkRates;
}

export function workTable(costs: Costs): WorkTable {
  const alone = new Float64Array(Object.keys(COST).length);
  for (const [kind, name] of Object.entries(NAME_OF)) {
    alone[COST[kind as keyof typeof COST]] = costs[name];
  }
  const crowded = alone.map((ns) => Math.round((ns * costs.smtPercent) / 100));
  const { workSpreadPercent } = costs;
  return {
    alone: { mean: alone, drawn: drawnFrom(alone, workSpreadPercent) },
    crowded: { mean: crowded, drawn: drawnFrom(crowded, workSpreadPercent) },
  };
}

/**
 * A piece of work takes sometimes less and sometimes more, evenly spread over `spreadPercent` to either
 * side: the middles of DRAWS parts of that, which lie as far below the mean as above it. A table,
 * because a fault is charged thrice, and working that out is floating-point work.
 */
function drawnFrom(mean: Float64Array, spreadPercent: number): Float64Array {
  const drawn = new Float64Array(mean.length * DRAWS);
  for (const [cost, ns] of mean.entries()) {
    // By halves of a part: a middle is an odd number of them from the mean.
    for (let halves = 1; halves < DRAWS; halves += 2) {
      const away = Math.round((ns * spreadPercent * halves) / (100 * DRAWS));
      drawn[cost * DRAWS + ((DRAWS - 1 - halves) >> 1)] = ns - away;
      drawn[cost * DRAWS + ((DRAWS - 1 + halves) >> 1)] = ns + away;
    }
  }
  return drawn;
}
