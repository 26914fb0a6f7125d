/**
 * stress-ng's mmap stressor in its three forms (`forms.ts`): a region is mapped, used, unmapped page by
 * page or in runs, mapped back page by page, and unmapped again. Every instance is one process with one
 * task and a file of its own.
 *
 * As threads of one address space (`--mms 1`) instances fail otherwise than as processes:
 * - A region has a slot of its own (`map-whole.ts`), where nothing else is ever placed: no page of it is
 *   taken by others between munmap and mmap, and MAP_FIXED_NOREPLACE never finds one there.
 * - MAP_32BIT means nothing to a mapping whose address is given, so that it does not fail for want of room
 *   below 2 GiB. MAP_HUGETLB, and MAP_GROWSDOWN of a file, fail as ever.
 * - max_map_count is for all instances together: their sizes in all, not those of each, decide where
 *   single pages begin to fail (from 327,680 pages on, as of 0.15.06). While others are beyond it, the
 *   region itself cannot be mapped either, which costs an instance MAP_POPULATE, and naps.
 */
import type { Op } from '../../../mm/op.js';
import { FILE_KIND } from '../../../mm/layout.js';
import { tablesOfTree } from '../../../mm/page-cache.js';
import type { Hog, HogRun, HogTask } from '../../hog.js';
import { Child, Killed } from './child.js';
import { closingCalls } from './closing-calls.js';
import { RandomDraws } from './draws.js';
import { mapWhole } from './map-whole.js';
import { OPTIONS, mmapSettingOf } from './mmap-setting.js';
import { PAGE } from './page-book.js';
import { useWhole } from './use-whole.js';

/** Single pages of the closing calls, and what a file has beyond the region. */
const PAGES_BESIDE = 16;

export class MmapRun implements HogRun {
  readonly #child: Child;

  constructor(child: Child) {
    this.#child = child;
  }

  /** All of the loop in one generator: whatever stops below has to come up through every level of it. */
  *program(): Op<void> {
    const child = this.#child;
    const { book, calls, setting, task } = child;
    const { bytes, fileKind } = setting;
    const { hasClosingCalls, unmapping } = setting.form;
    if (fileKind !== undefined) child.file = yield* calls.open(fileKind, bytes);
    try {
      while (this.#goesOn()) {
        if (!(yield* mapWhole(child))) continue;
        yield* useWhole(child);
        book.state.fill(PAGE.mapped);
        // A run that ends cuts the operation short, and what is mapped is unmapped all the same.
        if (yield* unmapping.unmap(child)) yield* unmapping.mapBack(child);
        yield* unmapping.unmapRest(child);
        if (hasClosingCalls) yield* closingCalls(child);
        child.operations += 1;
        yield* task.bogo();
      }
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      yield* calls.munmap(child.address, bytes);
    }
    if (child.file !== 0) yield* calls.close(child.file);
  }

  #goesOn(): boolean {
    const { failures, hasFailed, setting, task } = this.#child;
    const { endsOnFailure, failuresMax } = setting.form;
    if (task.stopping() || (endsOnFailure && hasFailed)) return false;
    if (failures < failuresMax) return true;
    task.runOut(`mmap: gave up after ${failures} mappings that failed`);
    return false;
  }
}

function start(task: HogTask): HogRun {
  return new MmapRun(new Child(task, mmapSettingOf(task.setting), new RandomDraws(task.prng)));
}

export const mmapHog: Hog = {
  name: 'mmap',
  description: 'map a region, use it, unmap it page by page, map it back and unmap it again',
  classes: ['vm', 'os'],
  options: OPTIONS,
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs: (setting) => {
    const { fileKind, pages } = mmapSettingOf(setting);
    return {
      pages: pages + PAGES_BESIDE,
      files: fileKind === undefined ? 0 : 1,
      filePages: fileKind === FILE_KIND.disk ? pages : 0,
      // The page cache of a file of tmpfs, which is no disk's.
      scatteredTables: fileKind === FILE_KIND.tmpfs ? tablesOfTree(pages) : 0,
    };
  },
  start,
};
