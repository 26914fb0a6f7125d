/**
 * mmap1 and mmap2: a region is mapped and unmapped, and never touched. An iteration is a round. As
 * threads there are nothing but writers of mmap_sem, so that no kernel can gain from a zap under the
 * read lock.
 */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { ANONYMOUS, MAP } from '../../../mm/uapi.js';
import type { Hog, HogTask } from '../../hog.js';
import { mapRegion, withFile } from '../../map-region.js';
import { bothForms, type Iterations } from './test-case.js';

const BYTES = 128 * 2 ** 20;

function* mapAndUnmap(
  task: HogTask,
  iterations: Iterations,
  pages: number,
  flags: number,
  file = 0,
): Op<void> {
  while (!task.stopping()) {
    const address = yield* mapRegion(task, pages, flags, file);
    if (address === 0) return;
    yield* task.calls.munmap(address, pages * PAGE_SIZE);
    yield* iterations.add(1);
  }
}

function mapAndUnmapFile(task: HogTask, iterations: Iterations, pages: number): Op<void> {
  return withFile(task, pages, (file) => mapAndUnmap(task, iterations, pages, MAP.private, file));
}

export const emptyMmaps: readonly Hog[] = [
  ...bothForms({
    name: 'mmap1',
    description: 'map anonymous memory and unmap it, untouched',
    bytes: BYTES,
    needs: () => ({ pages: 0 }),
    loop: (task, iterations, pages) => mapAndUnmap(task, iterations, pages, ANONYMOUS),
  }),
  ...bothForms({
    name: 'mmap2',
    description: 'map a file privately and unmap it, untouched',
    bytes: BYTES,
    needs: () => ({ pages: 0, files: 1 }),
    loop: mapAndUnmapFile,
  }),
];
