/** What stressors that work on one mapping per task do with it: map it, fill it, unmap it. */
import { populate } from '../mm/populate.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { mmap } from '../mm/mmap.js';
import { munmap } from '../mm/munmap/strategy.js';
import type { Op } from '../mm/op.js';
import { VM_READ, VM_WRITE } from '../mm/vma.js';
import { assert } from '../util/assert.js';
import type { StressorTask } from './stressor.js';

/** Maps the task's share; neighbours that do so one after the other get one large mapping. Bytes. */
export function* mapShare({ cpu, mm, bytes }: StressorTask): Op<number> {
  const address = yield* mmap(cpu, mm, { bytes, prot: VM_READ | VM_WRITE });
  assert(address > 0, `a share of ${bytes} bytes cannot be mapped: errno ${-address}`);
  return address;
}

/** The same with every page present. */
export function* mapPresentShare(task: StressorTask): Op<number> {
  const address = yield* mapShare(task);
  const pages = task.bytes / PAGE_SIZE;
  const present = yield* populate(task.cpu, task.mm, address / PAGE_SIZE, pages);
  assert(present === pages, `${present} of ${pages} pages are present: memory ran out`);
  return address;
}

/** Unmaps the share in one call, as the task's kernel does it. */
export function* unmapShare(task: StressorTask, address: number): Op<void> {
  const { cpu, mm, kernel, thresholdPages, bytes } = task;
  const how = { strategy: kernel.munmap, thresholdPages };
  const result = yield* munmap(cpu, mm, how, address, bytes);
  assert(result === 0, `munmap of a whole share returned ${result}`);
}
