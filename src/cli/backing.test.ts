/** Where a plan's --backing comes from, and which workloads have a use for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../plan/plan.js';
import { stressorNames } from '../workload/stressors/index.js';
import { parseCommandLine } from './command-line.js';
import { makePlan } from './make-plan.js';
import { COMPARISON } from './options.js';
import { UsageError } from './usage-error.js';
import { readWorkload } from './workload-settings.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-backing-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The plan of a job of this stressor with these lines besides, and of this command line. */
function planOf(stressor: string, lines: string, argv = ''): Plan {
  const file = path.join(folder, 'one.job');
  writeFileSync(file, `${stressor} 2\nmmap-bytes 1G\nmms 1\nthreshold 4k\n${lines}\n`);
  const { settings } = parseCommandLine(argv.split(' ').filter(Boolean), COMPARISON, 'mmsem-bench');
  return makePlan(settings, readWorkload(file), 2);
}

it.each([
  ['', '--mmap-file', 'disk'],
  ['', '--backing tmpfs --mmap-file', 'disk'],
  ['', '--mmap-file --backing tmpfs', 'tmpfs'],
  ['mmap-file', '', 'disk'],
  ['backing tmpfs', '', 'tmpfs'],
  ['mmap-file', '--backing tmpfs', 'tmpfs'],
  ['mmap-file', '--backing anonymous', undefined],
])("a job with '%s' and '%s' make it %s", (lines, argv, backing) => {
  expect(planOf('fault-munmap', lines, argv).backing).toBe(backing);
});

it.each(['munmap-storm', 'rwsem-pairs', 'rwsem-mixed'])('%s has no use for files', (stressor) => {
  expect(planOf(stressor, '')).not.toHaveProperty('backing');
  expect(() => planOf(stressor, '', '--mmap-file')).toThrow(
    new UsageError(
      `--backing takes anonymous alone with ${stressor}, which maps no shares; leave 'disk' out`,
    ),
  );
  expect(() => planOf(stressor, 'mmap-file')).toThrow(/one\.job: backing .*'mmap-file'$/);
});

it('every other stressor has', () => {
  const others = stressorNames().filter((name) => !/^rwsem-|^munmap-storm$|^fuzz/.test(name));
  expect(others.length).toBeGreaterThan(3);
  for (const name of others) expect(planOf(name, '', '--mmap-file').backing).toBe('disk');
});
