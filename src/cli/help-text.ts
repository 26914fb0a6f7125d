import { describeKernels } from '../mm/kernels.js';
import { optionsHelp } from './command-line.js';
import { defaultTexts } from './make-plan.js';
import type { Workload } from './workload-settings.js';

/** The whole `--help`: at most 45 lines of 100 columns. */
export function helpText(workload: Workload): string {
  return `${optionsHelp(defaultTexts(workload)).trimEnd()}

Kernels:
${kernelLines()}

Defaults stand in brackets; those of the workload come from workloads/fault-munmap.job. Sizes take
the suffixes b k m g t p e (powers of 1024), times s m h d w y.

Examples:
  mmsem-bench --mmap-bytes 80G                  pristine against patched on 80 GiB
  mmsem-bench --kernels pristine,pristine       the noise: the same kernel twice
  mmsem-bench --tasks 8 --mms 8                 a process per task instead of threads
  mmsem-bench --timeout 2s --json --save r.json

Exit codes:
  0 done   2 wrong usage   5 run failed or its numbers cannot be trusted
  130, 143, 129 interrupted by SIGINT, SIGTERM, SIGHUP: what was measured is printed, marked partial
`;
}

function kernelLines(): string {
  const kernels = describeKernels();
  const width = Math.max(...kernels.map(({ name }) => name.length));
  return kernels.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n');
}
