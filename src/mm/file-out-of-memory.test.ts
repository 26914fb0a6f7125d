/** Fails the Nth frame, table, VMA and file, for every N, until a whole scenario with files passes. */
import { expect, it } from 'vitest';
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { createFile, putFile } from './file.js';
import { punchHole, readPage, syncFile, truncate, writePage } from './file-io.js';
import type { Geometry } from './kernel-memory.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { mmap } from './mmap.js';
import { pristine } from './munmap/pristine.js';
import { munmap } from './munmap/strategy.js';
import { leftAfterExit, unsound } from './testing/memory-view.js';
import { runAlone, testMachine } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

const HERE = 2 ** 27 - 5;
const PAGES = 10;
const PLENTY = { frames: 200, tables: 60, vmas: 20, files: 4 };

/** True when every step worked. The machine is sound after each step, whether it worked or not. */
function scenario(geometry: Partial<Geometry>): boolean {
  const machine = testMachine({ tasks: 1, ...PLENTY, ...geometry });
  const { mm } = machine;
  const cpu = machine.cpus[0]!;
  const failures: number[] = [];
  let steps = 0;
  const attempt = (isDone: boolean): void => {
    steps += 1;
    if (!isDone) failures.push(steps);
    expect(unsound(machine)).toEqual([]);
  };
  const map = (flags: number, file = 0): number =>
    runAlone(
      mmap(cpu, mm, {
        address: HERE * PAGE_SIZE,
        bytes: PAGES * PAGE_SIZE,
        prot: PROT.read | PROT.write,
        flags: flags | MAP.fixed,
        ...(file === 0 ? {} : { file }),
      }),
    );
  const access = (kind: 1 | 2, page: number, pages: number): boolean =>
    runAlone(accessPages(cpu, mm, HERE + page, pages, kind, 100)) === 0;
  const unmap = (page: number, pages: number): number => {
    const how = { strategy: pristine, thresholdPages: 1 };
    return runAlone(munmap(cpu, mm, how, (HERE + page) * PAGE_SIZE, pages * PAGE_SIZE));
  };
  attempt(map(MAP.shared | MAP.anonymous | MAP.populate) > 0);
  for (const kind of [FILE_KIND.disk, FILE_KIND.tmpfs]) {
    const file = runAlone(createFile(cpu, kind, PAGES * PAGE_SIZE));
    attempt(file !== 0);
    if (file === 0) continue;
    for (let i = 0; i < PAGES; i += 3) attempt(runAlone(writePage(cpu, file, i, i, true)) === 0);
    for (const type of [MAP.shared, MAP.private]) {
      attempt(map(type, file) > 0);
      // Who knows what is mapped there now.
      if (failures.length > 0) break;
      attempt(access(ACCESS.load, 1, 4));
      attempt(access(ACCESS.store, 0, PAGES));
      attempt(runAlone(syncFile(cpu, file)) >= 0);
      attempt(unmap(3, 2) === 0);
    }
    attempt(runAlone(readPage(cpu, file, PAGES - 1)) >= 0);
    runAlone(punchHole(cpu, file, 2, 7));
    attempt(true);
    runAlone(truncate(cpu, file, 4 * PAGE_SIZE));
    attempt(true);
    runAlone(putFile(cpu, file));
    attempt(true);
  }
  expect(leftAfterExit(machine)).toEqual([]);
  return failures.length === 0;
}

// At least so many failures: with half of it cached and half copied, the file needs 20 frames.
it.each([
  { what: 'frames' as const, from: 1, failures: 18 },
  { what: 'tables' as const, from: 1, failures: 8 },
  { what: 'vmas' as const, from: 0, failures: 1 },
  { what: 'files' as const, from: 0, failures: 1 },
])('any of the $what may be the last', ({ what, from, failures }) => {
  let n = from;
  while (!scenario({ [what]: n })) {
    n += 1;
    expect(n).toBeLessThan(PLENTY[what]);
  }
  expect(n - from).toBeGreaterThan(failures);
});
