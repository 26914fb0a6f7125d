/** How large the simulated machine must be for stressors with instances. */
import type { Geometry } from '../mm/kernel-memory.js';
import { PTRS_PER_TABLE } from '../mm/layout.js';
import { tablesOfTree } from '../mm/page-cache.js';
import { PCP_HIGH } from '../mm/page-alloc.js';
import type { Plan } from '../plan/plan.js';
import type { StressPlan } from '../plan/stress.js';
import type { HogNeeds } from '../workload/hog.js';
import { hogOf, settingOf, sizeOf } from '../workload/hog-layout.js';
import { MEETING_WORDS_ALL } from '../workload/meeting.js';
import { vmasFor } from './vma-room.js';

/** Tables of an address space beyond its full PTE tables: ragged ends on every level. */
const TABLES_PER_MM = 64;
/** Of a disk file what is cached, and what is on the disk; and its pages are mapped, too. */
const TREES_PER_FILE = 2;
/** Shared anonymous memory is a file; the closing calls of the mmap stressor have one at a time. */
const FILES_PER_TASK = 2;

/** All that any instance ever needs, at the same time. */
export function stressGeometry(plan: Plan, stress: StressPlan): Geometry {
  const { tasks, mms } = sizeOf(stress);
  const needs = allNeeds(stress);
  const pteTables = Math.ceil(needs.pages / PTRS_PER_TABLE);
  const fileTables = Math.ceil(needs.filePages / PTRS_PER_TABLE);
  return {
    tasks,
    mms,
    frames: needs.pages + tasks * 2 * PCP_HIGH,
    tables:
      Math.ceil(1.01 * (pteTables + TREES_PER_FILE * fileTables)) +
      TREES_PER_FILE * tablesOfTree(0) * needs.files +
      needs.scatteredTables +
      TABLES_PER_MM * (tasks + mms),
    vmas: vmasFor(mms, plan.maxMapCount),
    files: needs.files,
    maxMapCount: plan.maxMapCount,
    sharedWords: instancesOf(stress) * MEETING_WORDS_ALL,
  };
}

function instancesOf({ entries }: StressPlan): number {
  return entries.reduce((sum, { instances }) => sum + instances, 0);
}

function allNeeds(stress: StressPlan): Required<HogNeeds> {
  const { tasks } = sizeOf(stress);
  const total = { pages: 0, scatteredTables: 0, files: FILES_PER_TASK * tasks, filePages: 0 };
  for (const entry of stress.entries) {
    const { instances } = entry;
    const needs = hogOf(entry).needs(settingOf(stress, entry));
    total.pages += instances * needs.pages;
    total.scatteredTables += instances * (needs.scatteredTables ?? 0);
    total.files += instances * (needs.files ?? 0);
    total.filePages += instances * (needs.filePages ?? 0);
  }
  return total;
}
