/** How large the simulated machine must be for a plan. */
import type { Geometry } from '../mm/kernel-memory.js';
import { PAGE_SIZE, PTRS_PER_TABLE } from '../mm/layout.js';
import { tablesOfTree } from '../mm/page-cache.js';
import { PCP_HIGH } from '../mm/page-alloc.js';
import { memoryOf } from '../plan/memory.js';
import { taskCount, type Plan } from '../plan/plan.js';
import { stressGeometry } from './stress-geometry.js';
import { vmasFor } from './vma-room.js';

/** Tables per task beyond its full PTE tables: ragged ends on every level, and the next mapping's. */
const TABLES_PER_TASK = 16;

/**
 * Enough for every task to have its share mapped and present, with what the allocator keeps aside
 * on per-CPU lists. Address space and records that a run does not touch are never resident.
 */
export function geometryFor(plan: Plan): Geometry {
  if (plan.stress !== undefined) return stressGeometry(plan, plan.stress);
  const pages = (plan.bytesPerTask / PAGE_SIZE) * plan.tasks;
  const pteTables = Math.ceil(pages / PTRS_PER_TABLE);
  const tasks = taskCount(plan);
  const files = filesFor(plan);
  return {
    tasks,
    mms: plan.mms,
    frames: pages + tasks * 2 * PCP_HIGH,
    tables:
      pteTables +
      Math.ceil(pteTables / PTRS_PER_TABLE) +
      TABLES_PER_TASK * (tasks + plan.mms) +
      files.tables,
    vmas: vmasFor(plan.mms, plan.maxMapCount),
    files: files.count,
    maxMapCount: plan.maxMapCount,
  };
}

/**
 * A file per share, and what its page cache and its disk are kept in (`src/mm/page-cache.ts`): a table
 * for 512 pages each. Frames are those of the shares, however often they are mapped.
 */
function filesFor(plan: Plan): { readonly count: number; readonly tables: number } {
  const { backing } = memoryOf(plan);
  if (backing === 'anonymous') return { count: 0, tables: 0 };
  const trees = backing === 'disk' ? 2 : 1;
  const perTree = tablesOfTree(plan.bytesPerTask / PAGE_SIZE);
  return { count: plan.tasks, tables: plan.tasks * trees * perTree };
}
