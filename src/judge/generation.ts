/** What the makers of single calls share. */
import { PAGE_SIZE } from '../mm/layout.js';
import type { Draw } from './draw.js';
import type { Features } from './features.js';
import type { FileSpec } from './program.js';
import type { Shadow } from './shadow.js';

/** What the makers of single ops draw from. */
export interface Generation {
  readonly draw: Draw;
  readonly shadow: Shadow;
  readonly features: Features;
  /** See Program. */
  readonly tableAt: number;
  readonly files: readonly FileSpec[];
  /** Whether RLIMIT_MEMLOCK is low. */
  readonly isLockLimited: boolean;
}

/** Bytes of a number of pages that the caller may have got wrong. */
export function sloppyBytes(draw: Draw, pages: number): number {
  if (draw.percent(94)) return pages * PAGE_SIZE;
  return pages * PAGE_SIZE - draw.oneOf([1, 100, 2048, PAGE_SIZE - 1]);
}
