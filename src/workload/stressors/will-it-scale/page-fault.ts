/**
 * page_fault1 to 3: a region is mapped, a byte written to every page in order, and all of it unmapped
 * whole. An iteration is a page, and a page fault (one of 512 where huge pages are faulted in).
 *
 * As threads, each faults under mmap_sem for read until one of them unmaps its 32,768 pages, under it for
 * write in the pristine kernel: this is where a zap under the read lock shows.
 */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { ANONYMOUS, MAP } from '../../../mm/uapi.js';
import type { Hog, HogTask } from '../../hog.js';
import { mapRegion, withFile } from '../../map-region.js';
import { bothForms, type Iterations } from './test-case.js';

const BYTES = 128 * 2 ** 20;
/** Pages written between two looks at the time. */
const RUN_PAGES = 512;

/** `flags`: how the region is mapped, from the file if there is one. */
function* faultPages(
  task: HogTask,
  iterations: Iterations,
  pages: number,
  flags: number,
  file = 0,
): Op<void> {
  const { calls } = task;
  while (!task.stopping()) {
    const address = yield* mapRegion(task, pages, flags, file);
    if (address === 0) return;
    let done = 0;
    while (done < pages && !task.stopping()) {
      const count = iterations.atMost(Math.min(RUN_PAGES, pages - done));
      const denied = yield* calls.store(address + done * PAGE_SIZE, count, done);
      if (denied > 0) {
        task.runOut(`no memory for ${denied} of ${pages} pages`);
        return;
      }
      done += count;
      yield* iterations.add(count);
    }
    if (done === pages) yield* calls.munmap(address, pages * PAGE_SIZE);
  }
}

function faultFile(task: HogTask, iterations: Iterations, pages: number, flags: number): Op<void> {
  return withFile(task, pages, (file) => faultPages(task, iterations, pages, flags, file));
}

export const pageFaults: readonly Hog[] = [
  ...bothForms({
    name: 'page-fault1',
    description: 'write every page of a new anonymous mapping, unmap it whole',
    bytes: BYTES,
    needs: (pages) => ({ pages }),
    loop: (task, iterations, pages) => faultPages(task, iterations, pages, ANONYMOUS),
  }),
  ...bothForms({
    name: 'page-fault2',
    description: 'write every page of a private mapping of a file, unmap it whole',
    bytes: BYTES,
    // In the page cache, and the copies.
    needs: (pages) => ({ pages: 2 * pages, files: 1, filePages: pages }),
    loop: (task, iterations, pages) => faultFile(task, iterations, pages, MAP.private),
  }),
  ...bothForms({
    name: 'page-fault3',
    description: 'write every page of a shared mapping of a file, unmap it whole',
    bytes: BYTES,
    needs: (pages) => ({ pages, files: 1, filePages: pages }),
    loop: (task, iterations, pages) => faultFile(task, iterations, pages, MAP.shared),
  }),
];
