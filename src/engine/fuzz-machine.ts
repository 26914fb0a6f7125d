/** The machine that random calls need: nothing in it runs out. */
import type { Geometry } from '../mm/kernel-memory.js';
import { PCP_HIGH } from '../mm/page-alloc.js';
import { arenaOf, framesOf, tasksIn } from '../workload/fuzz/arena.js';

/** Page tables of an arena: its own, and what calls under way hold. */
const TABLES = 16;
/** Shared anonymous mappings are files. */
const FILES_PER_TASK = 512;

export function fuzzGeometry(tasks: number, mms: number): Geometry {
  const arena = arenaOf(tasksIn(0, tasks, mms));
  const pages = arena.end - arena.guards;
  return {
    tasks,
    mms,
    // A huge page may be tried for wherever it fits.
    frames: mms * (framesOf(arena.tasks) + 2048) + tasks * 2 * PCP_HIGH,
    tables: mms * (TABLES + 8 * Math.ceil(pages / 512)) + 64 * tasks,
    vmas: mms * (2 * pages + 64) + 8 * tasks,
    files: mms * (2 + 192) + Math.min(FILES_PER_TASK, 8 * tasks),
    maxMapCount: 65530,
  };
}
