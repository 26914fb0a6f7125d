/** Random programs under random schedules: the kernels hold, and the same case is the same execution. */
import { describe, expect, it } from 'vitest';
import { rulesOf, linuxVersions } from '../../../mm/kernel-rules.js';
import { kernelByName, kernelNames } from '../../../mm/kernels.js';
import { FuzzExecution, type FuzzSubject } from './execution.js';
import { allCalls, drawPrograms } from './programs.js';

const subjectOf = (kernel: string, linux: string, mms = 1): FuzzSubject => ({
  kernel: kernelByName(kernel),
  thresholdPages: 1,
  rules: rulesOf(linux),
  tasks: 3,
  mms,
  seed: 1,
});

describe.each(kernelNames())('%s', (kernel) => {
  it.each(linuxVersions())('holds under random calls, by the rules of Linux %s', (linux) => {
    for (const mms of [1, 2]) {
      const execution = new FuzzExecution(subjectOf(kernel, linux, mms));
      for (let program = 0; program < 60; program++) {
        const words = drawPrograms(1, program, 3);
        expect(execution.run(words, allCalls(3), program)).toBeUndefined();
      }
    }
  });
});
