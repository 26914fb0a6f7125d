import { beforeAll, describe, expect, it } from 'vitest';
import type { GateDocument } from '../gate/gate-json.js';
import { ensureBuilt, runCommand, type Outcome } from './testing/built-command.js';
import { SIMULATED } from './testing/gated.js';

const selfTest = (argv: readonly string[]): Promise<Outcome> =>
  runCommand(['gate', '--self-test', ...argv]);

beforeAll(() => {
  ensureBuilt();
});

describe('gate --self-test', () => {
  it('plants half as much again as is allowed, beside an identical kernel', async () => {
    const { status, stdout } = await selfTest([...SIMULATED, '--max-regression', '4%', '--json']);
    const { verdict, run, checks } = JSON.parse(stdout) as GateDocument;
    expect(run!.plan.kernels).toEqual(['pristine', 'pristine', 'pristine+6%']);
    expect(checks.map((check) => check.verdict)).toEqual(['pass', 'pass']);
    expect([verdict, status]).toEqual(['pass', 0]);
  });

  it('fails where tasks that fight for the lock do not feel the planted work', async () => {
    const crowded = '--engine virtual --mmap-bytes 8M --tasks 8 --threshold 1M --timeout 0.06s';
    const { status, stdout } = await selfTest([...crowded.split(' '), '--seeds', '6']);
    expect(stdout).toContain('sleeps: lets a planted slow-down of 7.5 % pass');
    expect(status).toBe(5);
  });

  it('fails where it cannot tell', async () => {
    const { status, stdout } = await selfTest(
      '--mmap-bytes 16M --tasks 1 --timeout 0.1s --rounds 2'.split(' '),
    );
    expect(stdout).toMatch(/^inconclusive/);
    expect(status).toBe(3);
  });

  it.each([
    [['--max-regression', '0%'], /can be tested; give --max-regression/],
    [['--require', 'patched >= pristine'], /leave out --require/],
    [['--save-baseline', 'x.json'], /leave out --save-baseline/],
  ])('takes no %j', async (argv, problem) => {
    const { status, stderr } = await selfTest(argv);
    expect(stderr).toMatch(problem);
    expect(status).toBe(2);
  });
});

describe('gate --max-time', () => {
  it.each([
    [['--max-time', '20s', '--save-baseline', 'x.json'], /leave one of them out/],
    [['--max-time', '20s', ...SIMULATED], /no simulation is inconclusive/],
    [['--max-time', '0s'], /out of range/],
  ])('takes no %j', async (argv, problem) => {
    const { status, stderr } = await runCommand(['gate', ...argv]);
    expect(stderr).toMatch(problem);
    expect(status).toBe(2);
  });

  it('measures more rounds than --rounds while it cannot tell', async () => {
    const words = '--mmap-bytes 16M --tasks 1 --timeout 0.1s --rounds 2 --max-time 5s --json';
    const { stdout } = await runCommand(['gate', ...words.split(' ')]);
    const { run } = JSON.parse(stdout) as GateDocument;
    expect(run!.kernels[0]!.rounds.length).toBeGreaterThan(2);
  });
});
