/** Which model of the kernel a command tries out: options that `verify` and `fuzz` share. */
import { kernelNames } from '../mm/kernels.js';
import { linuxVersions } from '../mm/kernel-rules.js';
import { between, namesOf, oneOf, type ValueOption } from './option-value.js';
import { parseBytes } from './units.js';

const versions = linuxVersions();

export const MODEL = {
  kernels: {
    flags: '--kernels <LIST>',
    help: `one after the other, from ${kernelNames().join(', ')}`,
    expects: `a comma-separated list of kernels (${kernelNames().join(', ')})`,
    parse: namesOf('kernel', kernelNames()),
    preset: kernelNames().join(','),
  },
  threshold: {
    flags: '--threshold <N>',
    help: 'munmaps this large take the large path, 4K to 128T',
    expects: 'a size from 4K to 128T such as 1G (suffixes b k m g t p e)',
    parse: between(4096, 128 * 1024 ** 4, parseBytes),
    preset: '4K',
  },
  linux: {
    flags: '--linux <V>',
    help: `whose rules beside the locks: ${versions.join(' or ')}`,
    expects: `a version of Linux (${versions.join(', ')})`,
    parse: oneOf(versions),
    preset: versions[0]!,
  },
} satisfies Record<string, ValueOption<unknown>>;
