/** How large the simulated machine must be for a plan. */
import type { Geometry } from '../mm/kernel-memory.js';
import { PAGE_SIZE, PTRS_PER_TABLE } from '../mm/layout.js';
import { PCP_HIGH } from '../mm/page-alloc.js';
import { taskCount, type Plan } from '../plan/plan.js';

/** VMA records over all address spaces; an mm may have max_map_count of them. */
const VMAS_MAX = 2 ** 21;
/** Tables per task beyond its full PTE tables: ragged ends on every level, and the next mapping's. */
const TABLES_PER_TASK = 16;

/**
 * Enough for every task to have its share mapped and present, with what the allocator keeps aside
 * on per-CPU lists. Address space and records that a run does not touch are never resident.
 */
export function geometryFor(plan: Plan): Geometry {
  const pages = (plan.bytesPerTask / PAGE_SIZE) * plan.tasks;
  const pteTables = Math.ceil(pages / PTRS_PER_TABLE);
  const tasks = taskCount(plan);
  return {
    tasks,
    mms: plan.mms,
    frames: pages + tasks * 2 * PCP_HIGH,
    tables:
      pteTables + Math.ceil(pteTables / PTRS_PER_TABLE) + TABLES_PER_TASK * (tasks + plan.mms),
    vmas: Math.min(VMAS_MAX, plan.mms * (plan.maxMapCount + 2)),
    files: 0,
    maxMapCount: plan.maxMapCount,
  };
}
