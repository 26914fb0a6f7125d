/** What makes a run fit to judge others by: a second one that says the same. */
import { noiseOf } from '../stats/noise.js';
import { judgeExactly } from './exact.js';
import {
  judgeRun,
  type Baseline,
  type GateTerms,
  type Judgement,
  type MeasuredRun,
} from './gate.js';
import { judgeRules } from './judge.js';
import type { Quantity } from './quantity.js';
import { ruleOf, type Rule } from './rule.js';
import { distrust } from './trust.js';
import { decide, type GateVerdict, type RuleCheck } from './verdict.js';

/**
 * Whether a second run says the same as the first, as checks: simulations have to be equal, measured
 * quantities to be within `allowed`, a fraction, of each other, either way.
 */
export function agreement(
  first: MeasuredRun,
  second: MeasuredRun,
  quantities: readonly Quantity[],
  allowed: number,
): RuleCheck[] {
  const { document } = second;
  const checks =
    noiseOf(document.plan) === 'none'
      ? judgeExactly(document, first.document, quantities)
      : judgeRules(rulesEitherWay(document.kernels, quantities, allowed), document, first.document);
  return checks.map((check) => ({
    ...check,
    rule: check.rule.replace('baseline', 'first run'),
    message: check.message.replaceAll('baseline', 'first run'),
    against: 'first run',
    verdict: asDoubt(check.verdict),
  }));
}

/** A judgement on what may become a baseline. */
export interface SavableJudgement extends Judgement {
  /** Whether it may, whatever verdicts are told to do. */
  readonly isSavable: boolean;
}

/** The judgement on the second run, with what the first one has to say against it. */
export function judgeSavable(
  terms: GateTerms,
  [first, second]: readonly [MeasuredRun, MeasuredRun],
  baseline: Baseline | undefined,
  agreed: readonly RuleCheck[],
): SavableJudgement {
  const judgement = judgeRun(terms, second, baseline);
  const checks = agreed.map((check) => ({ ...check, action: terms.actions[check.verdict] }));
  const doubts = distrust(first.document, first.conditions);
  const agrees = checks.every((check) => check.verdict === 'pass');
  const doubt = { verdict: 'untrustworthy', action: terms.actions.untrustworthy } as const;
  const { verdict, action } = decide([judgement, ...checks, ...(doubts.length > 0 ? [doubt] : [])]);
  return {
    ...judgement,
    verdict,
    action,
    reasons: [
      ...judgement.reasons,
      ...doubts,
      ...(agrees ? [] : ['a second run was not shown to say the same as the first']),
    ],
    checks: [...judgement.checks, ...checks],
    isSavable:
      agrees && doubts.length === 0 && judgement.verdict !== 'untrustworthy' && action !== 'fail',
  };
}

function rulesEitherWay(
  kernels: readonly { readonly name: string }[],
  quantities: readonly Quantity[],
  allowed: number,
): Rule[] {
  return kernels.flatMap(({ name: kernel }) =>
    quantities.flatMap((quantity): Rule[] => [
      ruleOf(kernel, quantity, SIDES.above, { of: 'baseline', kernel, factor: 1 - allowed }),
      ruleOf(kernel, quantity, SIDES.below, { of: 'baseline', kernel, factor: 1 + allowed }),
    ]),
  );
}

const SIDES = {
  above: { side: 'above', isStrict: false },
  below: { side: 'below', isStrict: false },
} as const;

/** Two runs of the same cannot improve on each other. */
function asDoubt(verdict: GateVerdict): GateVerdict {
  if (verdict === 'improvement' || verdict === 'pass') return 'pass';
  return verdict === 'inconclusive' ? 'inconclusive' : 'untrustworthy';
}
