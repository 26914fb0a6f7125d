/** The model against the Linux that the tests run on; where there is none, there is nothing to compare with. */
import { describe, expect, it } from 'vitest';
import { canJudge } from './features.js';
import { ROOT, runJudgeCommand } from './testing/judge-command.js';

const CALLS = 50_000;
const TIMEOUT_MS = 240_000;

describe.runIf(canJudge())('the model and the Linux underneath', () => {
  it(
    'do the same in random programs of a seed that was never run before',
    async () => {
      const { status, stdout, stderr } = await runJudgeCommand(ROOT, ['--calls', String(CALLS)]);
      // The seed is for whoever has to look into it.
      console.log(stdout + stderr);
      expect(stdout).toMatch(/^seed \d+$/m);
      const calls = Number(/^(\d+) calls in \d+ programs/m.exec(stdout)?.[1]);
      expect({ status, isEnough: calls >= CALLS }).toEqual({ status: 0, isEnough: true });
    },
    TIMEOUT_MS,
  );

  it('take one program of a seed alone', async () => {
    const { status, stdout } = await runJudgeCommand(ROOT, ['--program', '1']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^program 1: \d+ calls, no difference\n$/) as string,
    });
  });

  it('refuse a command line that makes no sense', async () => {
    const { status, stderr } = await runJudgeCommand(ROOT, ['--calls', 'many']);
    expect(status).toBe(2);
    expect(stderr).toContain('expected a whole number');
  });
});
