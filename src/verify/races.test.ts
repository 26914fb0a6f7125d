/** The concurrent cases: every kernel passes them, and kernels that forget something do not. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../mm/kernel-rules.js';
import { kernelByName, kernelNames } from '../mm/kernels.js';
import { FILE_RACES } from './cases/file-races.js';
import { RACES } from './cases/races.js';
import { BROKEN_KERNELS } from './testing/broken-kernels.js';

const THRESHOLDS = [1, 2 ** 18];

describe.each([...RACES, ...FILE_RACES])('$name', ({ race }) => {
  it.each(kernelNames().flatMap((name) => THRESHOLDS.map((pages) => [name, pages] as const)))(
    'passes on %s from %d pages on',
    (name, thresholdPages) => {
      expect(() => {
        race({ kernel: kernelByName(name), thresholdPages, rules: DEFAULT_RULES });
      }).not.toThrow();
    },
  );
});

describe.each(BROKEN_KERNELS)('a kernel that $title', ({ kernel }) => {
  it('fails a race', () => {
    const setting = { kernel, thresholdPages: 1, rules: DEFAULT_RULES };
    const failed = RACES.filter(({ race }) => {
      try {
        race(setting);
        return false;
      } catch {
        return true;
      }
    });
    expect(failed.map(({ name }) => name)).not.toEqual([]);
  });
});
