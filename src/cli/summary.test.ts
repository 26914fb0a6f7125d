/** --summary and --format by what they write and say; nothing is simulated. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMATS } from '../report/formats/formats.js';
import { syntheticRounds, syntheticRun } from '../stats/testing/synthetic-run.js';
import { runCommand } from './main.js';
import { FakeWorld } from './testing/fake-world.js';

const KERNEL = { faults: 20_000_000, writeHoldNs: 60_000_000, readWaitNs: 60_000_000 };
const HEADING = '### mmsem-bench: patched **';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-summary-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const inFolder = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(inFolder(name), 'utf8');
const write = (name: string, text: string): void => {
  writeFileSync(inFolder(name), text);
};
const step = (): Record<string, string> => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_STEP_SUMMARY: inFolder('step.md'),
});

async function run(argv: readonly string[], env: Record<string, string> = {}, note?: string) {
  const world = new FakeWorld((plan) =>
    Promise.resolve(
      syntheticRun(syntheticRounds([KERNEL, KERNEL], plan.rounds), {
        notes: note === undefined ? [] : [note],
      }),
    ),
  );
  world.env = { LANG: 'C.UTF-8', ...env };
  const exitCode = await runCommand(argv, world);
  return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text, plans: world.plans };
}

describe('--summary', () => {
  it('is automatic on GitHub Actions, and there only', async () => {
    write('step.md', 'of another tool\n');
    await run([]);
    await run([], { GITHUB_STEP_SUMMARY: inFolder('step.md') });
    await run([], { GITHUB_ACTIONS: 'true' });
    await run([], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '' });
    await run(['--no-summary'], step());
    expect(read('step.md')).toBe('of another tool\n');
    const { exitCode, stderr } = await run(['--format', 'csv'], step());
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(read('step.md').startsWith(`of another tool\n\n${HEADING}`)).toBe(true);
  });

  it('alone means the step summary wherever there is one', async () => {
    write('step.md', '');
    await run(['--summary', '--json'], { GITHUB_STEP_SUMMARY: inFolder('step.md') });
    expect(read('step.md').startsWith(HEADING)).toBe(true);
    expect(await run(['--summary'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('with a name goes there instead, every time at the end', async () => {
    write('step.md', '');
    for (const times of [1, 2]) {
      const { stdout } = await run(['--summary', inFolder('own.md'), '--json'], step());
      expect(JSON.parse(stdout)).toHaveProperty('schema');
      expect(read('own.md').split(HEADING)).toHaveLength(1 + times);
    }
    expect(read('step.md')).toBe('');
  });

  it('does not make a step summary larger than GitHub takes; other files may be', async () => {
    const full = 'x'.repeat(1024 ** 2 - 100);
    write('step.md', full);
    const { exitCode, stderr } = await run([], step());
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^mmsem-bench: no summary: '.*' would exceed 1048576 bytes\n$/);
    expect(read('step.md')).toBe(full);
    await run(['--summary', inFolder('step.md')], { GITHUB_ACTIONS: 'true' });
    expect(read('step.md').length).toBeGreaterThan(1024 ** 2);
  });

  it('that cannot be written is told before the run, if it was asked for', async () => {
    const { exitCode, stderr, plans } = await run(['--summary', '/nonexistent/s.md']);
    expect(stderr).toMatch(/^mmsem-bench: [^\n]*\/nonexistent[^\n]* \(see --help\)\n$/);
    expect([exitCode, plans]).toEqual([2, []]);
  });

  it('that was not asked for and cannot be written fails nothing', async () => {
    const env = { ...step(), GITHUB_STEP_SUMMARY: '/nonexistent/s.md' };
    const { exitCode, stdout, stderr } = await run(['--json'], env);
    expect(stderr).toMatch(/^mmsem-bench: no summary: cannot append to [^\n]*\n$/);
    expect(JSON.parse(stdout)).toHaveProperty('schema');
    expect(exitCode).toBe(0);
  });

  it('that turns out to have no room is a failure, and the result is printed all the same', async () => {
    const { exitCode, stdout, stderr } = await run(['--summary', '/dev/full', '--json']);
    expect(stderr).toBe(
      `mmsem-bench: cannot append to '/dev/full': writing failed (ENOSPC); give a file in an existing, writable directory\n`,
    );
    expect(JSON.parse(stdout)).toHaveProperty('schema');
    expect(exitCode).toBe(2);
  });
});

describe('--format', () => {
  it('one that does not exist is told', async () => {
    const { exitCode, stdout, stderr } = await run(['--format', 'jnuit']);
    expect(stderr).toMatch(/there is no form 'jnuit' \(did you mean 'junit'\?\) \(see --help\)\n$/);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  const NOTE = '2 tasks\n::error::100 % of <1 CPU>';

  it.each(FORMATS)('$name: a warning reaches the reader once', async ({ name, hasWarnings }) => {
    const { stdout, stderr } = await run(['--format', name], {}, NOTE);
    expect(stdout.includes('1 CPU')).toBe(hasWarnings);
    expect(stderr).toBe(
      hasWarnings ? '' : 'mmsem-bench: warning: 2 tasks\\n::error::100 % of <1 CPU>\n',
    );
  });

  it('warnings are annotations on GitHub Actions, whatever the form', async () => {
    for (const { name } of FORMATS) {
      const { stderr } = await run(['--format', name], { GITHUB_ACTIONS: 'true' }, NOTE);
      expect(stderr).toBe('::warning title=mmsem-bench::2 tasks%0A::error::100 %25 of <1 CPU>\n');
    }
  });
});
