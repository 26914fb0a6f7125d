import type { ResultDocument } from '../result.js';
import { PATCHED, PRISTINE, resultOf, syntheticResult } from './synthetic-result.js';

/** Everything that a name or a warning must survive in any form. */
export const AWKWARD = 'a|b <c> & "d" \'e\' `f` *g* _h_ ::error::i, 100 %\n\u0007\u001b[31mj';

/** Results that a renderer has to cope with, by what is special about them. */
export const RESULTS: Readonly<Record<string, ResultDocument>> = {
  'two kernels': syntheticResult({ pristine: PRISTINE, patched: PATCHED }),
  'a kernel twice': syntheticResult({ pristine: PRISTINE, 'pristine#2': PRISTINE }),
  'three kernels': syntheticResult({ pristine: PRISTINE, patched: PATCHED, mainline: PATCHED }, 7),
  'one kernel, one round': syntheticResult({ pristine: PRISTINE }, 1),
  'stopped before the first round': resultOf([], {}, { partial: true }),
  'stopped in a round, without a munmap': resultOf(
    [
      { round: 0, kernelIndex: 0, complete: false, seconds: 0.5, faults: 1000 },
      { round: 0, kernelIndex: 1, complete: false, seconds: 0, faults: 0 },
    ],
    {},
    { partial: true },
  ),
  'awkward names': {
    ...syntheticResult({ pristine: PRISTINE, patched: PATCHED }),
    host: { ...syntheticResult({ pristine: PRISTINE }).host, cpuModel: AWKWARD },
    warnings: [AWKWARD, 'as it is'],
  },
};
