/** What `host --dry-run` prints: both sides' command lines and sizes, of which nothing is run. */
import { formatCount } from '../../report/format.js';
import { HOGS } from '../../workload/stressors/hogs.js';
import { dryRunText } from '../stress/dry-run.js';
import type { StressRun } from '../stress/stress-line.js';
import type { StressNg } from './find-stress-ng.js';
import { realOptions, simulatedOptions, type HostRequest } from './measure-host.js';
import type { MachineFacts } from './alike.js';
import { wordsWithout } from './stress-options.js';

export interface DryHost {
  readonly request: HostRequest;
  readonly line: StressRun;
  readonly stressNg: StressNg;
  readonly machine: MachineFacts;
  /** Why the memory may not suffice. */
  readonly problem: string | undefined;
}

/** Lines, each with its end. */
export function hostDryRunText({ request, line, stressNg, machine, problem }: DryHost): string {
  const words = wordsWithout(request.words, 'dry-run');
  const { program, version } = stressNg;
  const lines = [
    `real: stress-ng ${version} on Linux ${machine.release}, ${formatCount(request.runs, 'run')}`,
    `  ${[program, ...realOptions(words, 0), '--yaml FILE'].join(' ')}`,
    ...(problem === undefined ? [] : [`  ${problem}: it would ask first, or take --yes`]),
    `simulated: ${formatCount(request.runs, 'run')}`,
    `  mmsem-bench ${simulatedOptions(words, 0, version, machine).join(' ')}`,
  ];
  return `${lines.join('\n')}\n${dryRunText(line.plans, HOGS)}`;
}
