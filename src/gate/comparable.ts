/** Whether a run may be judged by a baseline at all, and what it says if it may. */
import {
  configurationDifferences,
  hostDifferences,
  hostFingerprint,
} from '../report/configuration.js';
import type { HostFacts, ResultDocument, ToolFacts } from '../report/result.js';
import type { Plan } from '../plan/plan.js';
import type { Difference, Json } from '../util/json-difference.js';
import { noiseOf } from '../stats/noise.js';

/** More differences than this are counted, not named. */
const NAMED_MAX = 4;

/** What this gate is going to run, or has run. */
export interface Candidate {
  readonly plan: Plan;
  readonly tool: ToolFacts;
  readonly host: HostFacts;
}

/** Sentences that name what is not the same and must be; none when the two compare. */
export function incomparabilities({ plan, tool }: Candidate, baseline: ResultDocument): string[] {
  const version = baseline.tool.modelVersion;
  const differences = configurationDifferences(baseline.plan, plan);
  return [
    ...(tool.modelVersion === version
      ? []
      : [
          `model version ${tool.modelVersion}, of the baseline ${version}: the numbers of two ` +
            'models do not compare; save a new baseline',
        ]),
    ...(differences.length === 0
      ? []
      : [`another configuration than the baseline's: ${namedDifferences(differences)}`]),
  ];
}

/**
 * What is another machine than the baseline's, in words; undefined where it is the same, or where
 * machines are simulated and no machine makes a difference.
 */
export function otherHost({ plan, host }: Candidate, baseline: ResultDocument): string | undefined {
  if (noiseOf(plan) === 'none' || hostFingerprint(host) === hostFingerprint(baseline.host)) {
    return undefined;
  }
  return namedDifferences(hostDifferences(baseline.host, host));
}

/** `tasks 4 instead of 2, machine.costs.zapPageNs 215 instead of 214`. */
function namedDifferences(differences: readonly Difference[]): string {
  const named = differences.slice(0, NAMED_MAX).map(({ path, before, after }) => {
    return `${path} ${inWords(after)} instead of ${inWords(before)}`;
  });
  const rest = differences.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function inWords(value: Json | undefined): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((item) => inWords(item as Json)).join(',');
  return JSON.stringify(value);
}
