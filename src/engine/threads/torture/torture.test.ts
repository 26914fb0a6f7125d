/** Torture as it is built, on real threads: of the rwsem, and of locks that break their promises. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as TrialModule from './trial.js';
import { policyNames } from '../../../mm/rwsem-policy.js';
import type { TorturePlan } from '../../../samples/torture-samples.js';

const DIST = new URL('../../../../dist/', import.meta.url);
const trial = (await import(
  new URL('engine/threads/torture/trial.js', DIST).href
)) as typeof TrialModule;

const PLAN: TorturePlan = {
  readers: 1,
  writers: 1,
  downgraders: 0,
  policies: policyNames(),
  spin: true,
  seconds: 30,
  stallSeconds: 20,
  seed: 1,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-torture-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A worker whose lock is the rwsem but for `changes`, members of an object literal. */
function workerWith(name: string, changes: string): string {
  const file = path.join(folder, `${name}.mjs`);
  const imported = (module: string): string => JSON.stringify(new URL(module, DIST).href);
  writeFileSync(
    file,
    `import { SEM } from ${imported('mm/layout.js')};
     import { RWSEM_CALLS } from ${imported('engine/threads/torture/lock-calls.js')};
     import { runTortureTask } from ${imported('engine/threads/torture/worker-task.js')};
     const lock = { ...RWSEM_CALLS, ${changes} };
     export default (assignment) => runTortureTask(assignment, lock);`,
  );
  return pathToFileURL(file).href;
}

const starving: string[] = [];
const hooks: TrialModule.TrialHooks = {
  signal: new AbortController().signal,
  onStarving: (report) => starving.push(report),
};

/** The message with which torture of a broken lock ends; it must end long before its time. */
async function foundIn(changes: Partial<TorturePlan>, worker: string): Promise<string> {
  const started = performance.now();
  const run = trial.tortureLock({ ...PLAN, ...changes }, 'fifo-4.17', hooks, worker);
  const error: unknown = await run.catch((caught: unknown) => caught);
  expect(error).toHaveProperty('name', 'LockBroken');
  expect(performance.now() - started).toBeLessThan(20_000);
  return (error as Error).message;
}

describe('the rwsem', () => {
  test('survives under the policy that has all of its parts, by every call', async () => {
    const plan = { ...PLAN, readers: 2, writers: 2, downgraders: 1, seconds: 0.7 };
    const { tasks, complete } = await trial.tortureLock(plan, 'reader-steal-5.11', hooks);
    expect(complete).toBe(true);
    expect(tasks.map(({ task, role }) => `${task} ${role}`)).toEqual([
      '0 reader',
      '1 reader',
      '2 writer',
      '3 writer',
      '4 downgrader',
    ]);
    for (const task of tasks) {
      expect(task.acquisitions).toBeGreaterThan(0);
      expect(task.contended).toBeLessThanOrEqual(task.acquisitions);
      expect(task.wait.count).toBe(task.acquisitions);
      expect(task.hold.count).toBe(task.acquisitions);
    }
  });
});

describe('a broken lock', () => {
  test('whose readers do not exclude writers is reported by who met whom', async () => {
    const worker = workerWith(
      'open-to-readers',
      `*downRead() {}, *upRead() {}, downReadTrylock: () => true, *downReadKillable() { return 0; }`,
    );
    const message = await foundIn({}, worker);
    expect(message).toMatch(
      /^policy fifo-4\.17, seed 1: task [01] \((reader|writer)\), inside for /,
    );
    expect(message).toMatch(/\n {2}count 0x[0-9a-f]{8}, /);
    expect(message).toMatch(/\n {2}wait list: /);
    expect(message).toMatch(/\n {2}waitLock [01], /);
    expect(message).toMatch(/\n {2}task 0 \(reader\) [^\n]* acquisitions/);
    expect(message).toMatch(/\n {2}task 1 \(writer\) [^\n]* acquisitions/);
  });

  test('that is never given up is a stall', async () => {
    const worker = workerWith('kept', '*upWrite() {}');
    const message = await foundIn({ readers: 0, writers: 2, stallSeconds: 0.5 }, worker);
    expect(message).toContain('nobody has got the lock for 0.5 s');
    expect(message).toMatch(/held for write by task [01]\n/);
    expect(message).toMatch(/task [01] \(writer\) waits for write/);
  });

  test('that forgets to wake readers starves them, and is a stall when nobody else is left', async () => {
    const worker = workerWith(
      'no-wake',
      `*upWrite(cpu, sem) {
        cpu.km.words[sem + SEM.owner] = 0;
        Atomics.sub(cpu.km.words, sem + SEM.count, cpu.rwsem.writeBias);
      }`,
    );
    starving.length = 0;
    const message = await foundIn({ seconds: 1, stallSeconds: 0.5 }, worker);
    // At least the limit: how much more depends on when the watch looks.
    expect(starving.join('\n')).toMatch(
      /INFO: task 0 blocked for more than (0\.[5-9]|1\.\d) seconds/,
    );
    expect(message).toMatch(/nobody has got the lock for \d/);
    expect(message).toContain('wait list: task 0 (read)');
    expect(message).toMatch(/task 1 \(writer\) is done/);
  });

  test('that keeps a trace of a failed trylock is not at rest in the end', async () => {
    const worker = workerWith(
      'traces',
      `downReadTrylock(cpu, sem) {
        Atomics.add(cpu.km.words, sem + SEM.count, cpu.rwsem.readBias);
        return false;
      }`,
    );
    const message = await foundIn({ readers: 2, writers: 0, seconds: 0.2 }, worker);
    expect(message).toContain("after all tasks had left, the lock's count is not 0");
  });
});
