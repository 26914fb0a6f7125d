/**
 * Page faults of one operation as the tables of stress-ng.md 2.10 give them, for what the operation
 * drew: how many faults there are per page, written down row by row and not taken from the stressor.
 */
import { MADV, MAP } from '../../../../mm/uapi.js';
import type { Compat } from '../../../../plan/stress.js';

export interface Drawn {
  readonly compat: Compat;
  readonly kind: 'anonymous' | 'disk' | 'tmpfs';
  readonly pages: number;
  /** Whether the child still had MAP_POPULATE when the region was mapped. */
  readonly pop: boolean;
  readonly flag: number;
  /** The advice for the whole range; undefined where none is given. */
  readonly advice: number | undefined;
  /** Whether pages are advised. */
  readonly advises: boolean;
  readonly writeCheck: boolean;
}

/** In expectation over the advices of single pages. */
export function faultsByRules(drawn: Drawn): number {
  const { compat, pages } = drawn;
  const perPage = { anonymous, disk, tmpfs }[drawn.kind](drawn);
  // The read() of step 0 gets nothing for the last page.
  const unread = drawn.kind === 'disk' && readsFault(drawn) ? 1 : 0;
  return perPage * pages - unread + (compat === '0.09.31' ? 0 : 1);
}

/** Share of the pages that draw one certain advice of the four that 0.09.31 does not have. */
function shareOfPages({ compat, advises }: Drawn): number {
  return compat === '0.09.31' || !advises ? 0 : 1 / 16;
}

function anonymous(drawn: Drawn): number {
  const { compat, pop, flag, advice, writeCheck } = drawn;
  if (compat === 'head' && !writeCheck) return 0;
  const isThere =
    flag === MAP.locked || advice === MADV.populateWrite || (pop && flag !== MAP.nonBlock);
  return (isThere ? 0 : 1) + (pop ? 0 : 1 - shareOfPages(drawn));
}

/** B' of the table: step 0 is the first to write after msync. */
function readsFault({ compat, advice, writeCheck }: Drawn): boolean {
  return compat === 'head' && !writeCheck && advice !== MADV.populateWrite;
}

function disk(drawn: Drawn): number {
  const { advice } = drawn;
  return 1 + (advice === MADV.populateWrite ? 0 : 1) + (1 - shareOfPages(drawn));
}

function tmpfs(drawn: Drawn): number {
  const { compat, pop, flag } = drawn;
  const isThere = flag === MAP.locked || (pop && flag !== MAP.nonBlock);
  // 0.15.06 always populates; what is advised PAGEOUT afterwards is unmapped again.
  const back = pop || compat === '0.15.06' ? shareOfPages(drawn) : 1 - 2 * shareOfPages(drawn);
  return (isThere ? 0 : 1) + back;
}
