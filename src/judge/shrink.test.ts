import { describe, expect, it } from 'vitest';
import type { Difference } from './differential.js';
import type { Op, Program } from './program.js';
import { shrink } from './shrink.js';

const munmap = (at: number): Op => ({ call: 'munmap', at, bytes: 1 });
const PROGRAM: Program = {
  seed: 1,
  kernel: 'pristine',
  thresholdPages: 1,
  arenaPages: 64,
  tableAt: 32,
  roomVmas: 0,
  memlockPages: 0,
  files: [],
  ops: Array.from({ length: 64 }, (_, at) => munmap(at)),
};

/** The programs differ at the munmap of 40 once that of 7 was made. */
function judged({ ops }: Program): Difference | undefined {
  const step = ops.findIndex((op) => 'at' in op && op.at === 40);
  const cause = ops.findIndex((op) => 'at' in op && op.at === 7);
  if (step < 0 || cause < 0 || cause > step) return undefined;
  return { step, aspect: 'answer', model: '0', linux: '-1 EINVAL' };
}

describe('shrink', () => {
  it('keeps what the difference needs, and nothing else', async () => {
    const difference = judged(PROGRAM)!;
    const { program } = await shrink({ program: PROGRAM, difference }, (shorter) =>
      Promise.resolve(judged(shorter)),
    );
    expect(program.ops).toEqual([munmap(7), munmap(40)]);
  });

  it('does not take another difference for the same', async () => {
    const difference = judged(PROGRAM)!;
    const { program } = await shrink({ program: PROGRAM, difference }, (shorter) => {
      const found = judged(shorter);
      return Promise.resolve(found ?? { step: 0, aspect: 'maps', model: '', linux: '' });
    });
    expect(program.ops).toEqual([munmap(7), munmap(40)]);
  });
});
