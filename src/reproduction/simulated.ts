/** What only simulations know, read off a trial. */
import type { TrialSamples } from '../samples/samples.js';
import { assert } from '../util/assert.js';

/** When the last task came to its end, ns from the opening of the window. */
export function endNsOf({ simulated }: TrialSamples): number {
  assert(simulated !== undefined, 'a study runs on an engine with a clock of its own');
  return simulated.endNs;
}

/** Acquisitions of mmap_sem for read and for write, of which those that did not wait are in bulk. */
export function acquisitionsOf({ mmapSem }: TrialSamples): number {
  return mmapSem.readWait.count + mmapSem.writeWait.count;
}
