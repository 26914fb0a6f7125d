/** What a line in stress-ng's manner wants to see of a run. */
import type { ControlName } from './controls.js';
import type { StressRequest } from './request.js';

/** Nothing in here changes a number. */
export interface StressWishes {
  readonly metrics: 'none' | 'brief' | 'full';
  readonly perf: boolean;
  readonly times: boolean;
  /** File for the YAML documents, one for each kernel. */
  readonly yaml: string | undefined;
  /** `--sn`. */
  readonly scientific: boolean;
  readonly logFile: string | undefined;
  /** Messages without what stands in front of them. */
  readonly logBrief: boolean;
  readonly timestamp: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly dryRun: boolean;
  /** Where messages go; undefined where the line does not say. */
  readonly stream: 'stdout' | 'stderr' | undefined;
}

/** Throws UsageError for what is no name of a file. */
export function wishesOf({ controls }: StressRequest): StressWishes {
  const has = (name: ControlName): boolean => controls.has(name);
  const file = (name: ControlName): string | undefined => {
    const given = controls.get(name);
    // '-' means stdout elsewhere; here it would be a file of that name.
    if (given?.text !== '' && given?.text !== '-') return given?.text;
    throw given.wrong(`${given.called} takes a file name, not '${given.text}'`);
  };
  return Object.freeze({
    metrics: has('metrics') ? 'full' : has('metrics-brief') ? 'brief' : 'none',
    perf: has('perf'),
    times: has('times'),
    yaml: file('yaml'),
    scientific: has('sn'),
    logFile: file('log-file'),
    logBrief: has('log-brief'),
    timestamp: has('timestamp'),
    verbose: has('verbose'),
    quiet: has('quiet'),
    dryRun: has('dry-run'),
    stream: [...controls.keys()].findLast((name) => name === 'stdout' || name === 'stderr'),
  });
}
