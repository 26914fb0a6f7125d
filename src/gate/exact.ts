/**
 * The rule for simulations of the same configuration, model version and seeds: nothing may differ.
 * Whatever does was changed by somebody, and belongs into a new baseline or out of the model.
 */
import { roundSummary } from '../report/formats/measures.js';
import type { ResultDocument, ResultKernel, ResultRound } from '../report/result.js';
import { changeOf, logRatio } from '../stats/log-ratio.js';
import { median } from '../stats/median.js';
import { assert } from '../util/assert.js';
import type { Quantity } from './quantity.js';
import { worst, type RuleCheck, type GateVerdict } from './verdict.js';

/** What stands in place of a metric in the check of everything that is no metric. */
const TRACE = 'trace';

/** A check per kernel and quantity, and one per kernel of the whole simulation. */
export function judgeExactly(
  run: ResultDocument,
  baseline: ResultDocument,
  quantities: readonly Quantity[],
): RuleCheck[] {
  return run.kernels.flatMap((kernel) => {
    // Of the same configuration, hence with the same kernels (`incomparabilities`, `parseResult`).
    const base = baseline.kernels.find(({ name }) => name === kernel.name);
    assert(base !== undefined, `the baseline has no ${kernel.name}`);
    const checks = quantities.map((quantity) => quantityCheck(kernel, base, quantity));
    const verdict = worst(checks.map((check) => check.verdict));
    return [...checks, traceCheck(kernel, base, verdict)];
  });
}

function quantityCheck(kernel: ResultKernel, base: ResultKernel, quantity: Quantity): RuleCheck {
  const pairs = kernel.rounds.map((round, index) => {
    const before = base.rounds[index];
    return {
      base: before === undefined ? null : quantity.valueOf(roundSummary(before)),
      value: quantity.valueOf(roundSummary(round)),
    };
  });
  const both = pairs.flatMap(({ base: from, value }) =>
    from === null || value === null ? [] : [{ from, value }],
  );
  const higher = both.filter(({ from, value }) => value > from).length;
  const lower = both.filter(({ from, value }) => value < from).length;
  const [better, worse] = quantity.better === 'higher' ? [higher, lower] : [lower, higher];
  // A value that only one of them has is a difference without a size.
  const unlike = pairs.filter(
    ({ base: from, value }) => (from === null) !== (value === null),
  ).length;
  return {
    ...nothing(kernel.name, quantity.name),
    base: middle(both.map(({ from }) => from)),
    value: middle(both.map(({ value }) => value)),
    change: changeOf(middle(both.map(({ from, value }) => logRatio(from, value))) ?? 0),
    verdict: worse + unlike > 0 ? 'regression' : better > 0 ? 'improvement' : 'pass',
    message: messageOf(better, worse, unlike, pairs.length),
  };
}

function messageOf(better: number, worse: number, unlike: number, seeds: number): string {
  const counts = [
    ...(worse > 0 ? [`worse in ${worse}`] : []),
    ...(better > 0 ? [`better in ${better}`] : []),
    ...(unlike > 0 ? [`there or not there in ${unlike}`] : []),
  ];
  const of = `of ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;
  return counts.length === 0
    ? `equal in all ${of}`.replace('all of', 'all')
    : `${counts.join(', ')} ${of}`;
}

/** The rest: every counter and histogram, and the order in which everything happened. */
function traceCheck(kernel: ResultKernel, base: ResultKernel, metrics: GateVerdict): RuleCheck {
  const first = firstDifference(kernel.rounds, base.rounds);
  return {
    ...nothing(kernel.name, TRACE),
    verdict:
      first === undefined ? 'pass' : metrics === 'regression' ? 'regression' : 'not-comparable',
    message:
      first === undefined
        ? 'the same simulations, step by step'
        : `not the baseline's simulation, from seed number ${first + 1} on`,
  };
}

function firstDifference(
  rounds: readonly ResultRound[],
  base: readonly ResultRound[],
): number | undefined {
  const count = Math.max(rounds.length, base.length);
  for (let index = 0; index < count; index++) {
    if (JSON.stringify(rounds[index]) !== JSON.stringify(base[index])) return index;
  }
  return undefined;
}

function nothing(kernel: string, metric: string): Omit<RuleCheck, 'verdict' | 'message'> {
  return {
    rule: `${kernel}.${metric} = baseline`,
    kernel,
    metric,
    against: 'baseline',
    ...{ base: null, value: null, change: null, ciLow: null, ciHigh: null },
    allowed: 0,
    ...{ pBroken: null, pKept: null, detectable: null },
  };
}

function middle(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values);
}
