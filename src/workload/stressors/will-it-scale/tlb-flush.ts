/**
 * tlb_flush1 to 3: every page of a region in turn is written, given back with MADV_DONTNEED, and read
 * again: two faults, and a flush on all CPUs that run the process. An iteration is a page.
 *
 * The read must find what the file has: nothing of a private mapping, the written of a shared one.
 */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { ANONYMOUS, MADV, MAP } from '../../../mm/uapi.js';
import type { Hog, HogTask } from '../../hog.js';
import { mapRegion, withFile } from '../../map-region.js';
import { bothForms, type Iterations } from './test-case.js';

const FILE_BYTES = 128 * 2 ** 20;
const ANONYMOUS_BYTES = 2 ** 20;
const WRITTEN = 1;

interface Region {
  readonly pages: number;
  readonly flags: number;
  readonly file: number;
}

function* flushPages(task: HogTask, iterations: Iterations, region: Region): Op<void> {
  const { pages, flags, file } = region;
  const expected = (flags & MAP.typeMask) === MAP.shared ? WRITTEN : 0;
  while (!task.stopping()) {
    const address = yield* mapRegion(task, pages, flags, file);
    if (address === 0) return;
    let page = 0;
    for (; page < pages && !task.stopping(); page++) {
      if (!(yield* flushPage(task, address + page * PAGE_SIZE, expected))) return;
      yield* iterations.add(1);
    }
    if (page === pages) yield* task.calls.munmap(address, pages * PAGE_SIZE);
  }
}

/** False when there is no memory left. */
function* flushPage(task: HogTask, address: number, expected: number): Op<boolean> {
  const { calls, cpu } = task;
  let denied = yield* calls.store(address, 1, WRITTEN);
  yield* calls.madvise(address, PAGE_SIZE, MADV.dontNeed);
  denied += yield* calls.load(address, 1);
  if (denied > 0) task.runOut('no memory for a page');
  else if (cpu.loaded !== expected) {
    task.fail(`a page shows ${cpu.loaded} after MADV_DONTNEED, not ${expected}`);
  }
  return denied === 0;
}

function flushFilePages(
  task: HogTask,
  iterations: Iterations,
  pages: number,
  flags: number,
): Op<void> {
  return withFile(task, pages, (file) => flushPages(task, iterations, { pages, flags, file }));
}

const fileNeeds = (pages: number) => ({ pages: pages + 1, files: 1, filePages: pages });

export const tlbFlushes: readonly Hog[] = [
  ...bothForms({
    name: 'tlb-flush1',
    description: 'write, give back and read each page of a private mapping of a file',
    bytes: FILE_BYTES,
    needs: fileNeeds,
    loop: (task, iterations, pages) => flushFilePages(task, iterations, pages, MAP.private),
  }),
  ...bothForms({
    name: 'tlb-flush2',
    description: 'write, give back and read each page of anonymous memory',
    bytes: ANONYMOUS_BYTES,
    // One at a time, and what is left of huge pages that were there before.
    needs: (pages) => ({ pages }),
    loop: (task, iterations, pages) =>
      flushPages(task, iterations, { pages, flags: ANONYMOUS, file: 0 }),
  }),
  ...bothForms({
    name: 'tlb-flush3',
    description: 'write, give back and read each page of a shared mapping of a file',
    bytes: FILE_BYTES,
    needs: fileNeeds,
    loop: (task, iterations, pages) => flushFilePages(task, iterations, pages, MAP.shared),
  }),
];
