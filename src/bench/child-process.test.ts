import { describe, expect, it } from 'vitest';
import { BenchError } from './bench-error.js';
import { complaintIn, runChild } from './child-process.js';

const { signal } = new AbortController();
const node = (code: string): readonly string[] => ['-e', code];

describe('runChild', () => {
  it('returns what the command printed, and whether it succeeded', async () => {
    const code = "console.log('out'); console.error('err'); process.exitCode = 3;";
    const result = await runChild(process.execPath, node(code), { signal });
    expect(result).toEqual({ ok: false, stdout: 'out\n', stderr: 'err\n' });
  });

  it('names a command that is not there', async () => {
    const attempt = runChild('no-such-command', [], { signal });
    await expect(attempt).rejects.toThrow(BenchError);
    await expect(attempt).rejects.toThrow('no-such-command is needed for this');
  });

  it('ends the command when it is aborted, and is over only when that is gone', async () => {
    const aborting = new AbortController();
    const code =
      "process.on('SIGTERM', () => setTimeout(() => process.exit(), 200)); setInterval(() => {}, 1e3);";
    const started = performance.now();
    const attempt = runChild(process.execPath, node(code), { signal: aborting.signal });
    setTimeout(() => {
      aborting.abort();
    }, 500);
    await expect(attempt).rejects.toThrow('aborted');
    expect(performance.now() - started).toBeGreaterThan(690);
    await expect(runChild('true', [], { signal: aborting.signal })).rejects.toThrow('aborted');
  });
});

describe('complaintIn', () => {
  it.each([
    ['Preparing worktree\nfatal: not a commit\n', 'fatal: not a commit'],
    ['x.c:1:2: error: no\n1 | x\n  | ^\n', 'x.c:1:2: error: no'],
    ['this\nand that\n', 'and that'],
    ['', ''],
  ])('picks the line that matters from %j', (stderr, line) => {
    expect(complaintIn(stderr)).toBe(line);
  });
});
