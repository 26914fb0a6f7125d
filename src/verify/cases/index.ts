import type { VerifyCase } from '../case.js';
import { FILE_RACES } from './file-races.js';
import { FILES } from './files.js';
import { MERGE } from './merge.js';
import { MMAP_ERRORS } from './mmap-errors.js';
import { MMAP_PLACEMENT } from './mmap-placement.js';
import { MREMAP_AND_BRK } from './mremap.js';
import { MUNMAP } from './munmap.js';
import { PROTECTION } from './protection.js';
import { RACES } from './races.js';
import { RESIDENCY } from './residency.js';
import { SUITES } from './suites.js';

/** All cases, in the order of the report. */
export const CASES: readonly VerifyCase[] = [
  ...MUNMAP,
  ...MMAP_ERRORS,
  ...MMAP_PLACEMENT,
  ...MERGE,
  ...PROTECTION,
  ...RESIDENCY,
  ...FILES,
  ...MREMAP_AND_BRK,
  ...SUITES,
  ...RACES,
  ...FILE_RACES,
];

export function caseNames(): string[] {
  return CASES.map(({ name }) => name);
}
