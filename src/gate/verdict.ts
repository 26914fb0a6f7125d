/** What a gate has found: the one object that text, JSON, JUnit, annotations and exit code are made of. */
import type { ResultDocument } from '../report/result.js';

/** From the worst to the best. */
export const VERDICTS = [
  'untrustworthy',
  'regression',
  'not-comparable',
  'no-baseline',
  'inconclusive',
  'improvement',
  'pass',
] as const;

export type GateVerdict = (typeof VERDICTS)[number];

/** What a verdict does to the pipeline, the strictest first: `warn` says it aloud and lets pass. */
export const ACTIONS = ['fail', 'warn', 'pass'] as const;

export type GateAction = (typeof ACTIONS)[number];

/** One thing that was asked for, and whether it is so. */
export interface RuleCheck {
  /** In the words of a rule: `patched.faultsPerSecond >= baseline - 5%`. Unique within the gate. */
  readonly rule: string;
  /** Label of the kernel that is judged. */
  readonly kernel: string;
  /** A metric, or a path such as `writeHoldNs.p99`. */
  readonly metric: string;
  /** What it is judged against: `baseline`, the label of a kernel of the same run, or `limit`. */
  readonly against: string;
  /** Medians over rounds or seeds, in the metric's own unit; null where there is no value. */
  readonly base: number | null;
  readonly value: number | null;
  /** `value` against `base` as a fraction: 0.088 is +8.8 %; null where there is no ratio. */
  readonly change: number | null;
  /** Ends of the 95 % interval of `change`; null without a bound, as of simulations. */
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  /** The change that is just allowed, a fraction with its sign: -0.05 for a rate. */
  readonly allowed: number | null;
  /** p of the rule being broken, after Holm; null where nothing is left to chance. */
  readonly pBroken: number | null;
  /** p of the rule being kept. */
  readonly pKept: number | null;
  /** Smallest change that a run like this shows in 80 % of cases, a fraction. */
  readonly detectable: number | null;
  readonly verdict: GateVerdict;
  /** One line: by how much, and what to do if there is something to do. */
  readonly message: string;
}

export interface GateCheck extends RuleCheck {
  /** What its verdict does to the pipeline, if nothing speaks louder. */
  readonly action: GateAction;
}

/** What stands in for the baseline's own numbers in a report. */
export interface BaselineFacts {
  readonly file: string;
  readonly startedAt: string;
  readonly configurationHash: string;
  readonly modelVersion: number;
  readonly hostFingerprint: string;
  /** Whether it was taken on a machine like this one. */
  readonly sameHost: boolean;
}

export interface GateReport {
  readonly verdict: GateVerdict;
  readonly action: GateAction;
  /** Why the verdict is not just that of the checks; a sentence each. */
  readonly reasons: readonly string[];
  /** What to know before believing the verdict; a sentence each. The run's own warnings among them. */
  readonly warnings: readonly string[];
  /** In the order asked for. Empty when the gate did not come to judging. */
  readonly checks: readonly GateCheck[];
  readonly baseline?: BaselineFacts;
  /** The run that was judged; none when there was none, or it failed. */
  readonly run?: ResultDocument;
  /** Wall-clock start, ISO 8601 in UTC, and length of the whole gate. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
}

/**
 * What several judgements come to: the strictest of their actions, and the worst verdict that has it,
 * so that nothing that is let pass hides what is not. `pass` of none.
 */
export function decide(
  judged: readonly { readonly verdict: GateVerdict; readonly action: GateAction }[],
): { readonly verdict: GateVerdict; readonly action: GateAction } {
  const action = ACTIONS.find((one) => judged.some((each) => each.action === one)) ?? 'pass';
  const those = judged.filter((each) => each.action === action);
  return { verdict: worst(those.map(({ verdict }) => verdict)), action };
}

/** The worst of some verdicts; `pass` of none. */
export function worst(verdicts: readonly GateVerdict[]): GateVerdict {
  return VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? 'pass';
}
