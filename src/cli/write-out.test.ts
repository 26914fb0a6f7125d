import { expect, it } from 'vitest';
import { OutputFailed, writeOut } from './write-out.js';

const failing = (code: string): { write: (t: string, done: (e?: Error) => void) => void } => ({
  write: (_, done) => {
    done(Object.assign(new Error(`${code}: write`), { code }));
  },
});

it('writes everything', async () => {
  let text = '';
  const stream = {
    write: (chunk: string, done: () => void) => {
      text += chunk;
      done();
    },
  };
  await writeOut(stream, 'all of it\n');
  expect(text).toBe('all of it\n');
});

it('does not mind a reader who has gone', async () => {
  await expect(writeOut(failing('EPIPE'), 'x')).resolves.toBeUndefined();
});

it('minds a full disk', async () => {
  await expect(writeOut(failing('ENOSPC'), 'x')).rejects.toThrow(OutputFailed);
  await expect(writeOut(failing('ENOSPC'), 'x')).rejects.toThrow('ENOSPC');
});
