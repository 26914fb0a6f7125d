/** Which model of the kernel a command tries out: options that `verify` and `fuzz` share. */
import { kernelNames } from '../mm/kernels.js';
import { namesOf, type ValueOption } from './option-value.js';
import { DEFAULTS, PLAN_OPTIONS } from './options.js';

export const MODEL = {
  kernels: {
    flags: '--kernels <LIST>',
    help: `one after the other, from ${kernelNames().join(', ')}`,
    expects: `a comma-separated list of kernels (${kernelNames().join(', ')})`,
    parse: namesOf('kernel', kernelNames()),
    preset: kernelNames().join(','),
  },
  threshold: { ...PLAN_OPTIONS.threshold, preset: '4K' },
  linux: { ...PLAN_OPTIONS.linux, preset: DEFAULTS.linux ?? '' },
} satisfies Record<string, ValueOption<unknown>>;
