/** A gate from what was asked for and what was measured to its report. */
import type { ResultDocument } from '../report/result.js';
import type { HostConditions } from '../samples/host-conditions.js';
import { noiseOf } from '../stats/noise.js';
import { SIGNIFICANCE } from '../stats/verdict.js';
import { otherHost } from './comparable.js';
import { judgeExactly } from './exact.js';
import { judgeRules } from './judge.js';
import type { Quantity } from './quantity.js';
import type { Rule } from './rule.js';
import { tooFine } from './too-fine.js';
import { distrust } from './trust.js';
import {
  decide,
  type BaselineFacts,
  type GateAction,
  type GateCheck,
  type GateReport,
  type GateVerdict,
  type RuleCheck,
} from './verdict.js';

/** What a gate asks of a run. */
export interface GateTerms {
  readonly rules: readonly Rule[];
  /** Quantities in which a simulation has to equal its baseline, with all the rest of it. */
  readonly exactly: readonly Quantity[] | undefined;
  /** What each verdict does. */
  readonly actions: Readonly<Record<GateVerdict, GateAction>>;
  /** Another machine's baseline judges like one of this machine. */
  readonly trustHost: boolean;
}

export interface MeasuredRun {
  readonly document: ResultDocument;
  readonly conditions: HostConditions | undefined;
}

/** A document that runs are judged by, and where it was found. */
export interface Baseline {
  readonly file: string;
  readonly document: ResultDocument;
}

/** Everything of a report but the clock. */
export type Judgement = Omit<GateReport, 'startedAt' | 'elapsedSeconds'>;

/** By default a gate lets pass what is as good or better, and nothing else. */
export const DEFAULT_ACTIONS: Readonly<Record<GateVerdict, GateAction>> = {
  untrustworthy: 'fail',
  'not-comparable': 'fail',
  'no-baseline': 'fail',
  regression: 'fail',
  inconclusive: 'fail',
  improvement: 'pass',
  pass: 'pass',
};

/**
 * Judges a run that compares with the baseline (`incomparabilities`). `level` is the chance of a
 * regression verdict over all rules if there is none.
 */
export function judgeRun(
  terms: GateTerms,
  { document, conditions }: MeasuredRun,
  baseline: Baseline | undefined,
  level = SIGNIFICANCE,
): Judgement {
  const other =
    baseline === undefined || terms.trustHost ? undefined : otherHost(document, baseline.document);
  const checks = checksOf(terms, document, baseline, level).map((check): GateCheck => {
    const action = terms.actions[check.verdict];
    return { ...check, action: isExcused(check, other) && action === 'fail' ? 'warn' : action };
  });
  const doubts = distrust(document, conditions);
  const doubt = { verdict: 'untrustworthy', action: terms.actions.untrustworthy } as const;
  const isAdvisory = checks.some((check) => isExcused(check, other));
  return {
    ...decide([...checks, ...(doubts.length > 0 ? [doubt] : [])]),
    reasons: [
      ...doubts,
      ...(isAdvisory
        ? [`advisory only, the baseline is of another machine (${other!}); --trust-host to judge`]
        : []),
    ],
    warnings: [
      ...tooFineChecks(checks, document),
      ...apart(baseline, document),
      ...document.warnings,
    ],
    checks,
    ...(baseline === undefined ? {} : { baseline: baselineFacts(baseline, document) }),
    run: document,
  };
}

/** Only what the other machine may have caused is excused by it. */
function isExcused({ against, verdict }: RuleCheck, other: string | undefined): boolean {
  if (other === undefined || against !== 'baseline') return false;
  return verdict === 'regression' || verdict === 'inconclusive';
}

/** No test of rounds knows how much runs differ from each other. */
function apart(baseline: Baseline | undefined, { plan }: ResultDocument): string[] {
  if (baseline === undefined || noiseOf(plan) === 'none') return [];
  return [
    'the baseline was measured at another time: what has changed on the machine since is in the ' +
      'changes, and in no p; kernels of one run are judged more surely (--require)',
  ];
}

/** A gate that has come to a verdict without a run that could be judged. */
export function withoutRun(
  verdict: GateVerdict,
  reasons: readonly string[],
  { actions }: Pick<GateTerms, 'actions'>,
): Judgement {
  return { verdict, action: actions[verdict], reasons, warnings: [], checks: [] };
}

function checksOf(
  { rules, exactly }: GateTerms,
  run: ResultDocument,
  baseline: Baseline | undefined,
  level: number,
): RuleCheck[] {
  const exact =
    exactly === undefined || baseline === undefined
      ? []
      : judgeExactly(run, baseline.document, exactly);
  return [...exact, ...judgeRules(rules, run, baseline?.document, level)];
}

function tooFineChecks(checks: readonly RuleCheck[], { plan }: ResultDocument): string[] {
  if (noiseOf(plan) === 'none') return [];
  return checks.flatMap(({ rule, allowed, detectable }) =>
    allowed === null ? [] : tooFine(`${rule}: this run`, detectable, allowed),
  );
}

function baselineFacts({ file, document }: Baseline, run: ResultDocument): BaselineFacts {
  const { host, configurationHash, tool } = document;
  return {
    file,
    startedAt: host.startedAt,
    configurationHash,
    modelVersion: tool.modelVersion,
    hostFingerprint: host.fingerprint,
    sameHost: host.fingerprint === run.host.fingerprint,
  };
}
