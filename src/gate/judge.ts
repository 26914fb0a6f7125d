/** From rules and runs to checks, each with its verdict. */
import { formatInterval, formatPercent } from '../report/format.js';
import type { ResultDocument } from '../report/result.js';
import { holm } from '../stats/holm.js';
import { noiseOf, type Noise } from '../stats/noise.js';
import { SIGNIFICANCE } from '../stats/verdict.js';
import { allowedBy, evidenceOn, type Evidence, type Missing } from './evidence.js';
import type { Rule } from './rule.js';
import type { GateVerdict, RuleCheck } from './verdict.js';

interface Finding {
  readonly rule: Rule;
  readonly evidence: Evidence | Missing;
}

/**
 * Judges all rules on one run. Of measurements a rule is broken when that is shown at `level`, over
 * all rules together (Holm); kept when that is shown; open otherwise. Of simulations, where nothing is
 * left to chance, the median over the seeds is on one side of the bound or on the other.
 */
export function judgeRules(
  rules: readonly Rule[],
  run: ResultDocument,
  baseline: ResultDocument | undefined,
  level = SIGNIFICANCE,
): RuleCheck[] {
  const noise = noiseOf(run.plan);
  const findings = rules.map((rule): Finding => {
    return { rule, evidence: evidenceOn(rule, run, baseline, rules.length) };
  });
  const broken = holm(
    findings.map(({ rule, evidence }) =>
      noise === 'none' || typeof evidence === 'string' ? null : brokenTail(rule, evidence),
    ),
  );
  return findings.map((finding, index) => checkOf(finding, noise, broken[index]!, level));
}

function brokenTail({ side }: Rule, { tails }: Evidence): number {
  return side === 'above' ? tails.less : tails.greater;
}

function keptTail({ side }: Rule, { tails }: Evidence): number {
  return side === 'above' ? tails.greater : tails.less;
}

function checkOf(
  { rule, evidence }: Finding,
  noise: Noise,
  pBroken: number | null,
  level: number,
): RuleCheck {
  const { text, kernel, quantity, bound } = rule;
  const head = {
    rule: text,
    kernel,
    metric: quantity.name,
    against: bound.of === 'kernel' ? bound.kernel : bound.of,
    allowed: allowedBy(bound),
  };
  if (typeof evidence === 'string') return { ...head, ...notJudged(rule, evidence) };
  const pKept = noise === 'none' ? null : keptTail(rule, evidence);
  const verdict =
    noise === 'none'
      ? simulatedVerdict(rule, evidence)
      : measuredVerdict(rule, evidence, pBroken!, pKept!, level);
  const { base, value, change, detectable } = evidence;
  return {
    ...head,
    base,
    value,
    change,
    ciLow: noise === 'none' ? null : evidence.ciLow,
    ciHigh: noise === 'none' ? null : evidence.ciHigh,
    pBroken,
    pKept,
    detectable: noise === 'none' ? null : detectable,
    verdict,
    message: messageOf(rule, evidence, noise, verdict),
  };
}

function measuredVerdict(
  rule: Rule,
  evidence: Evidence,
  pBroken: number,
  pKept: number,
  level: number,
): GateVerdict {
  // Where values are lopsided, ranks and medians may say different things: then nothing is shown.
  const above = rule.side === 'above' ? evidence.excess : -evidence.excess;
  if (pBroken < level && above < 0) return 'regression';
  if (pKept >= level || above < 0) return 'inconclusive';
  const { ciLow, ciHigh, p } = evidence;
  const isShown = p !== null && p < level;
  const isBetter = rule.quantity.better === 'higher' ? (ciLow ?? -1) > 0 : (ciHigh ?? 1) < 0;
  return allowsWorse(rule) && isShown && isBetter ? 'improvement' : 'pass';
}

function simulatedVerdict(rule: Rule, { excess, change }: Evidence): GateVerdict {
  const above = rule.side === 'above' ? excess : -excess;
  if (above < 0 || (above === 0 && rule.isStrict)) return 'regression';
  const isBetter = rule.quantity.better === 'higher' ? (change ?? 0) > 0 : (change ?? 0) < 0;
  return allowsWorse(rule) && isBetter ? 'improvement' : 'pass';
}

/** Where something better was asked for, having it is no news. */
function allowsWorse({ bound, quantity, side }: Rule): boolean {
  if (bound.of === 'limit' || (side === 'above') !== (quantity.better === 'higher')) return false;
  return side === 'above' ? bound.factor <= 1 : bound.factor >= 1;
}

function notJudged(
  { kernel, quantity }: Rule,
  missing: Missing,
): Omit<RuleCheck, 'rule' | 'kernel' | 'metric' | 'against' | 'allowed'> {
  const where = missing === 'run' ? 'no round of this run' : 'no round of the baseline';
  return {
    ...{ base: null, value: null, change: null, ciLow: null, ciHigh: null },
    ...{ pBroken: null, pKept: null, detectable: null },
    verdict: missing === 'run' ? 'untrustworthy' : 'not-comparable',
    message: `${where} has a ${quantity.name} of ${kernel}`,
  };
}

function messageOf(rule: Rule, evidence: Evidence, noise: Noise, verdict: GateVerdict): string {
  const seen = seenText(rule, evidence, noise);
  switch (verdict) {
    case 'regression':
      return `${seen}: not ${rule.text}`;
    case 'inconclusive':
      return `${seen}: neither ${rule.text} nor the contrary is shown; ${remedy(evidence)}`;
    default:
      return seen;
  }
}

function seenText({ bound, quantity }: Rule, evidence: Evidence, noise: Noise): string {
  const { change, ciLow, ciHigh, value, count } = evidence;
  const over = noise === 'none' ? `${count} ${count === 1 ? 'seed' : 'seeds'}` : `${count} rounds`;
  if (bound.of === 'limit') return `${quantity.name} ${value} over ${over}`;
  if (noise === 'none') return `${formatPercent(change)} over ${over}`;
  return `${formatPercent(change)}, 95 % interval ${formatInterval(ciLow, ciHigh)}, ${over}`;
}

/** How many more rounds tell on which side of the bound such a value is. */
function remedy({ excess, moreFor }: Evidence): string {
  const distance = Math.expm1(Math.abs(excess));
  const { rounds, isBaseline } = moreFor(distance);
  if (distance > 0 && Number.isFinite(distance) && rounds !== null) {
    return `about ${Math.max(1, rounds)} more --rounds would tell`;
  }
  const where = isBaseline ? ' here and in the baseline' : '';
  return `use more --rounds${where}, or a longer --timeout`;
}
