/** Fuzzing as it is built, on real threads: of a kernel, and of kernels that forget something. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as TrialModule from './trial.js';
import type { FuzzPlan, FuzzTrialSamples } from '../../../samples/fuzz-samples.js';

const DIST = new URL('../../../../dist/', import.meta.url);
const trial = (await import(
  new URL('engine/threads/fuzz/trial.js', DIST).href
)) as typeof TrialModule;

const PLAN: FuzzPlan = {
  engine: 'threads',
  kernels: ['patched'],
  thresholdBytes: 4096,
  linux: '6.18',
  tasks: 3,
  mms: 1,
  seconds: 20,
  stallSeconds: 15,
  seed: 1,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-fuzz-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A worker whose munmap is `body`, a generator's. */
function workerWith(name: string, body: string): string {
  const file = path.join(folder, `${name}.mjs`);
  const imported = (module: string): string => JSON.stringify(new URL(module, DIST).href);
  writeFileSync(
    file,
    `import * as phases from ${imported('mm/munmap/phases.js')};
     import * as rwsem from ${imported('mm/rwsem.js')};
     import { runFuzzTask } from ${imported('engine/threads/fuzz/worker-task.js')};
     const munmap = { name: 'broken', title: '', hasThreshold: false,
       *munmap(cpu, mm, range) { ${body} } };
     const kernel = { name: 'broken', munmap, plantedPercent: 0 };
     export default (assignment) => runFuzzTask(assignment, () => kernel);`,
  );
  return pathToFileURL(file).href;
}

const hooks = { signal: new AbortController().signal, onProgress: () => undefined };

function run(changes: Partial<FuzzPlan>, worker?: string): Promise<FuzzTrialSamples> {
  return trial.fuzzOnThreads({ ...PLAN, ...changes }, 'patched', hooks, worker);
}

test.each([
  { mms: 1, tasks: 3 },
  { mms: 2, tasks: 3 },
  { mms: 1, tasks: 8 },
])('nothing is found by $tasks tasks in $mms address spaces', async (of) => {
  const { finding, calls, checks, complete } = await run({ ...of, seconds: 1.2 });
  expect(finding).toBeNull();
  expect(complete).toBe(true);
  expect(calls).toBeGreaterThan(100);
  expect(checks).toBeGreaterThan(1);
});

describe('what is found', () => {
  test('a munmap that zaps nothing: who, when, and their last calls', async () => {
    const body = `yield* rwsem.downWrite(cpu, mm.sem);
      if ((yield* phases.lookupAndSplit(cpu, mm, range)) === phases.FOUND) {
        phases.markDead(cpu, mm, range);
      }
      yield* rwsem.upWrite(cpu, mm.sem);
      return 0;`;
    const { finding, complete, seconds } = await run({}, workerWith('keeps', body));
    expect(complete).toBe(false);
    expect(seconds).toBeLessThan(20);
    expect(finding!.message).not.toBe('');
    expect(finding!.programs).toHaveLength(3);
    // With fewer cores than tasks, one of them may not have had its turn yet.
    expect(finding!.programs.some(({ calls }) => calls.length > 0)).toBe(true);
    expect(finding!.replay).toMatch(
      /^npx mmsem-bench fuzz --kernels patched .*--seed 1 --time 20s$/,
    );
  });

  test('a munmap that keeps the lock: nobody gets on', async () => {
    const body = `yield* rwsem.downWrite(cpu, mm.sem);
      return yield* phases.doMunmap(cpu, mm, range);`;
    const { finding } = await run({ stallSeconds: 1 }, workerWith('locks', body));
    expect(finding!.message).toMatch(/no task has got on for 1 s\nINFO: task \d blocked/);
    expect(finding!.task).toBeNull();
  });
});
