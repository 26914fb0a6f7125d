/** What is broken is found, made short, and found again by its replay. */
import { describe, expect, it } from 'vitest';
import { kernelByName } from '../../../mm/kernels.js';
import { BROKEN_KERNELS } from '../../../verify/testing/broken-kernels.js';
import { formatFuzzReplay, parseFuzzReplay } from './programs.js';
import { replayFuzz, searchPrograms, type FuzzSearch } from './search.js';

const SEARCH: FuzzSearch = {
  kernel: 'pristine',
  thresholdBytes: 4096,
  linux: '6.18',
  tasks: 3,
  mms: 1,
  seed: 1,
};

describe.each(BROKEN_KERNELS)('a kernel that $title', ({ kernel }) => {
  it('is found out, in a few calls that do it again', () => {
    const limits = { first: 0, stride: 1, programsMax: 100, isOver: () => false };
    const { finding } = searchPrograms(SEARCH, () => kernel, limits);
    expect(finding).not.toBeNull();
    const { isShrunk, replay, message, programs, step } = finding!;
    expect(isShrunk).toBe(true);
    expect(step).toBeLessThanOrEqual(6);
    expect(programs.reduce((sum, { calls }) => sum + calls.length, 0)).toBeLessThanOrEqual(step);
    const [, text] = /--replay '([^']+)'$/.exec(replay)!;
    const again = replayFuzz(parseFuzzReplay(text!), () => kernel);
    expect(again.finding).toMatchObject({ message, programs });
    // It is the kernel's doing.
    expect(replayFuzz(parseFuzzReplay(text!), kernelByName).finding).toBeNull();
  });
});

describe('a search', () => {
  it('is a function of its seed, and ends when it is told to', () => {
    const run = (seed: number) => {
      const limits = {
        first: 0,
        stride: 1,
        programsMax: 20,
        isOver: (_: number, n: number) => n > 30,
      };
      return searchPrograms({ ...SEARCH, seed }, kernelByName, limits);
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).toMatchObject({ finding: null, executions: 31 });
  });
});

describe('a replay string', () => {
  it.each(['pristine/4096/6.18/3/1/1/14/2/-,10,0-4.7.9-23', 'patched/1073741824/4.17/1/1/0/0/0/3'])(
    '%s says all that it stands for',
    (text) => {
      expect(formatFuzzReplay(parseFuzzReplay(text))).toBe(text);
    },
  );
});
