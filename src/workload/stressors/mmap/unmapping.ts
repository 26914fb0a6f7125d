/** Steps 1 to 3 of an operation, in which the forms differ most: how the region goes, comes back, and goes. */
import type { Op } from '../../../mm/op.js';
import type { Child } from './child.js';

export interface Unmapping {
  /** Step 1: everything is unmapped in the end. False when the run's end has cut it short. */
  unmap(child: Child): Op<boolean>;
  /** Step 2: every page is mapped back, or has failed. False when the run's end has cut it short. */
  mapBack(child: Child): Op<boolean>;
  /** Step 3: all that is mapped. */
  unmapRest(child: Child): Op<void>;
}
