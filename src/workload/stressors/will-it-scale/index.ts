/** Every test of will-it-scale that there is here, in both forms. */
import type { Hog } from '../../hog.js';
import { brks } from './brk.js';
import { mallocs } from './malloc.js';
import { emptyMmaps } from './mmap-empty.js';
import { pageFaults } from './page-fault.js';
import { tlbFlushes } from './tlb-flush.js';

export const willItScale: readonly Hog[] = [
  ...pageFaults,
  ...emptyMmaps,
  ...brks,
  ...mallocs,
  ...tlbFlushes,
];
