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
import { worst, type GateCheck, type GateVerdict } from './verdict.js';

/**
 * Whether a second run says the same as the first, as checks: simulations have to be equal, measured
 * quantities to be within `allowed`, a fraction, of each other, either way.
 */
export function agreement(
  first: MeasuredRun,
  second: MeasuredRun,
  quantities: readonly Quantity[],
  allowed: number,
): GateCheck[] {
  const { document } = second;
  const checks =
    noiseOf(document.plan) === 'none'
      ? judgeExactly(document, first.document, quantities)
      : judgeRules(rulesEitherWay(document.kernels, quantities, allowed), document, first.document);
  return checks.map((check) => ({
    ...check,
    rule: check.rule.replace('baseline', 'first run'),
    against: 'first run',
    verdict: asDoubt(check.verdict),
  }));
}

/** The judgement on the second run, with what the first one has to say against it. */
export function judgeSavable(
  terms: GateTerms,
  [first, second]: readonly [MeasuredRun, MeasuredRun],
  baseline: Baseline | undefined,
  checks: readonly GateCheck[],
): Judgement {
  const judgement = judgeRun(terms, second, baseline);
  const doubts = distrust(first.document, first.conditions);
  const verdict = worst([
    judgement.verdict,
    ...(doubts.length > 0 ? (['untrustworthy'] as const) : []),
    ...checks.map((check) => check.verdict),
  ]);
  const disagrees = checks.some((check) => check.verdict !== 'pass');
  return {
    ...judgement,
    verdict,
    action: verdict === judgement.verdict ? judgement.action : terms.actions[verdict],
    reasons: [
      ...judgement.reasons,
      ...doubts,
      ...(disagrees ? ['a second run was not shown to say the same as the first'] : []),
    ],
    checks: [...judgement.checks, ...checks],
  };
}

function rulesEitherWay(
  kernels: readonly { readonly name: string }[],
  quantities: readonly Quantity[],
  allowed: number,
): Rule[] {
  return kernels.flatMap(({ name: kernel }) =>
    quantities.flatMap((quantity): Rule[] => [
      ruleOf(kernel, quantity, 'above', { of: 'baseline', kernel, factor: 1 - allowed }),
      ruleOf(kernel, quantity, 'below', { of: 'baseline', kernel, factor: 1 + allowed }),
    ]),
  );
}

/** Two runs of the same cannot improve on each other. */
function asDoubt(verdict: GateVerdict): GateVerdict {
  if (verdict === 'improvement' || verdict === 'pass') return 'pass';
  return verdict === 'inconclusive' ? 'inconclusive' : 'untrustworthy';
}
