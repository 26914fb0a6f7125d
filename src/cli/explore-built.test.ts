/** Searches by the built command, from outside its process, on the real lock and on broken ones. */
import { beforeAll, describe, expect, it } from 'vitest';
import { brokenLockNames } from '../engine/explore/broken-locks.js';
import type { ExplorationDocument, ExplorationRow } from '../report/exploration.js';
import { runCommand as runInProcess } from './main.js';
import { ensureBuilt, runCommand, start } from './testing/built-command.js';
import { FakeWorld } from './testing/fake-world.js';

beforeAll(() => {
  ensureBuilt();
}, 120_000);

async function explore(line: string): Promise<{ status: unknown; stdout: string; stderr: string }> {
  return runCommand(['explore', ...line.split(' ')]);
}

/** The searches of `explore LINE --json`, which must exit with this code and say nothing else. */
async function rowsOf(line: string, expected: number): Promise<readonly ExplorationRow[]> {
  const { status, stdout, stderr } = await explore(`${line} --json`);
  expect([status, stderr]).toEqual([expected, '']);
  return (JSON.parse(stdout) as ExplorationDocument).explorations;
}

describe('the real lock', () => {
  it('stands every interleaving of a small scenario', async () => {
    const { status, stdout, stderr } = await explore('downgrade --bound 2');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^every interleaving with up to 2 interruptions\n/);
    expect(stdout).toMatch(/\ndowngrade +fifo-4.17 .* nothing found, exhaustive\n/);
  });

  it('is searched the same way every time, but for the time it takes', async () => {
    const line = 'explore all --policy fifo-4.17,phase-fair-5.3 --bound 1 --json';
    const runs = await Promise.all([1, 2].map(() => runCommand(line.split(' '))));
    const [one, two] = runs.map(({ stdout }) => stdout.replace(/"seconds": [\d.e-]+/g, ''));
    expect(one).toBe(two);
    expect(one).toContain('"isComplete": true');
  });

  it('is searched by chance the same way with the same seed', async () => {
    const line = 'trylock --search random --schedules 500 --seed 3';
    const [one] = await rowsOf(line, 0);
    const [two] = await rowsOf(line, 0);
    expect(two).toEqual({ ...one, seconds: two!.seconds });
    expect(one).toMatchObject({ schedules: 500, isComplete: false, bound: null });
  });
});

/** Every broken lock, searched in one go. */
describe('broken locks', () => {
  const rows = new Map<string | null, ExplorationRow>();
  let elapsedSeconds = NaN;
  beforeAll(async () => {
    const outcome = await runCommand(['explore', '--broken', 'all', '--json']);
    expect([outcome.status, outcome.stderr]).toEqual([1, '']);
    const { explorations } = JSON.parse(outcome.stdout) as ExplorationDocument;
    for (const row of explorations) rows.set(row.broken, row);
    ({ elapsedSeconds } = outcome);
  });

  it('are all caught, and soon', () => {
    expect([...rows.keys()]).toEqual(brokenLockNames());
    // The slowest takes 6 to 8 s where it is alone; a machine with neighbours gets three times that.
    expect(elapsedSeconds).toBeLessThan(20 * brokenLockNames().length);
    for (const { seconds } of rows.values()) expect(seconds).toBeLessThan(20);
  });

  it.each(brokenLockNames())('%s: its counterexample can be repeated', async (name) => {
    const { counterexample } = rows.get(name)!;
    const { kind, replay, steps } = counterexample!;
    const [again] = await rowsOf(`--replay ${replay}`, 1);
    expect(again).toMatchObject({ broken: name, counterexample: { kind, replay, steps } });
  });

  it.each(brokenLockNames())('%s: the real lock does well where it breaks', async (name) => {
    const replay = rows.get(name)!.counterexample!.replay.replace(`broken=${name}/`, '');
    expect(replay).not.toContain('broken');
    const world = new FakeWorld(() => Promise.reject(new Error('this is not the comparison')));
    const status = await runInProcess(['explore', '--replay', replay], world);
    if (status === 0) expect(world.stdout.text).toContain('runs to its end and nothing is wrong');
    // Its steps are others, and the schedule may not fit them.
    else expect([status, world.stderr.text]).toEqual([2, expect.stringContaining('does not fit')]);
  });

  it.each(['random', 'pct'])('are caught by --search %s, too', async (search) => {
    const [row] = await rowsOf(`--broken trylock-leaves-bias --search ${search}`, 1);
    // Whom the bias that is left behind meets is up to chance, too.
    const kind = expect.stringMatching(/^(unrest|deadlock)$/) as unknown;
    expect(row).toMatchObject({ strategy: search, counterexample: { kind } });
  });

  it('are shown step by step, with the way to do it again', async () => {
    const { status, stdout } = await explore('--broken lost-wake-up');
    expect(status).toBe(1);
    expect(stdout).toContain('\nDeadlock: nobody can run: ');
    const command = /^replay: npx mmsem-bench (explore --replay '[^']+')$/m.exec(stdout)![1]!;
    const again = await runCommand(command.replaceAll(`'`, '').split(' '));
    expect(again.status).toBe(1);
    // What was found is shown once more; how it was found is not known any more.
    const block = stdout.slice(stdout.indexOf('Deadlock')).replace(/\d+ as found, (\d+) .*/, '$1');
    expect(again.stdout).toBe(block);
  });
});

describe('Ctrl-C', () => {
  it('prints what was covered, and exits with 130', async () => {
    const { child, outcome } = start(['explore', 'all', '--bound', '9']);
    setTimeout(() => child.kill('SIGINT'), 2500);
    const { status, stdout, stderr } = await outcome;
    expect([status, stderr]).toEqual([130, '']);
    expect(stdout).toContain('\nwarning: stopped by a signal; ');
    expect(stdout).toMatch(/\nspinners +fifo-4.17 .* nothing found, (up to|without|in) /);
  });
});
