/** From bytes to pages, as stress-ng rounds. */
import { PAGE_SIZE } from '../mm/layout.js';

/** Whole pages, at least one. */
export function wholePages(bytes: number): number {
  return Math.max(1, Math.floor(bytes / PAGE_SIZE));
}

/** An instance's share of a total. */
export function sharePages(totalBytes: number, instances: number): number {
  return wholePages(totalBytes / instances);
}
