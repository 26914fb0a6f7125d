import { describeKernels } from '../mm/kernels.js';
import type { CommandEntry } from './command.js';
import { commandLines } from './commands.js';

const NOTES = `Defaults in brackets. Sizes take suffixes b k m g t p e (powers of 1024), times s m h d w y.
Lines of stress-ng work as they are, with this program's name in front: mmsem-bench --mmap 0
--mmap-bytes 80G --mmap-file --metrics --perf --timeout 600s; see mmsem-bench stress --help.
Example: mmsem-bench --kernels pristine,pristine shows the noise: the same kernel twice.
Exit codes: 0 done, 2 wrong usage, 5 failed or not to be trusted; 130, 143, 129 by a signal, which
prints what was measured so far, marked partial.`;

/** What follows the options in `mmsem-bench --help`, at most 100 columns wide. */
export function comparisonEpilogue(commands: readonly CommandEntry[]): string {
  return [
    'Kernels:',
    kernelLines(),
    '',
    ...(commands.length === 0
      ? []
      : ['Commands, each with its own --help:', commandLines(commands), '']),
    NOTES,
  ].join('\n');
}

function kernelLines(): string {
  const kernels = describeKernels();
  const width = Math.max(...kernels.map(({ name }) => name.length));
  return kernels.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n');
}
