/** From one long run to what a gate is worth: every batch of its rounds is a gate's run. */
import { kernelLabels, type Plan } from '../plan/plan.js';
import { buildResult, type ResultDocument, type ResultParts } from '../report/result.js';
import type { RunSamples, TrialSamples } from '../samples/samples.js';
import { rateOf } from '../stats/binomial.js';
import { median } from '../stats/median.js';
import { PRIMARY_METRIC } from '../stats/metrics.js';
import { noiseOf } from '../stats/noise.js';
import { moreRounds } from '../stats/power.js';
import { summarizeRun } from '../stats/summarize.js';
import {
  NOISE_SCHEMA,
  NOISE_VERSION,
  type GateTally,
  type JudgedKernel,
  type NoiseDocument,
  type NoiseGate,
  type NoiseQuestion,
  type Resolution,
} from './noise-document.js';
import { judgeByFirst } from './plain-gate.js';
import { tooFine } from './too-fine.js';
import { distrust } from './trust.js';

/** Places in the plan of such a run: the base, its twin, and the same with a slow-down planted. */
const BASE = 0;
const IDENTICAL = 1;
const PLANTED = 2;

/** Changes, fractions, that people ask for. */
const WANTED = [0.05, 0.02, 0.01];

/** A run of many times its plan's rounds (`RunHooks.wantsMore`), before any statistics. */
export type NoiseRun = Omit<ResultParts, 'summary'>;

/**
 * Judges each batch of the plan's rounds as a gate would judge a run of them, with the base and one
 * other kernel. Rounds that a signal has kept from filling a batch are left out. A function of its
 * arguments alone.
 */
export function noiseDocument(run: NoiseRun, asked: NoiseQuestion): NoiseDocument {
  const { plan, samples } = run;
  const batches = wholeBatches(plan, samples.trials);
  const gates = batches.map((trials, batch) => judgeBatch(run, trials, batch, asked));
  const whole = resultOf(run, plan, { ...samples, trials: batches.flat(), partial: false });
  const resolution = noiseOf(plan) === 'none' ? null : resolutionOf(plan, gates, asked);
  const alarms = gates.filter(({ identical }) => {
    return identical.comparison === 'faster' || identical.comparison === 'slower';
  });
  const { tool, host, configurationHash, warnings } = whole;
  return {
    schema: NOISE_SCHEMA,
    version: NOISE_VERSION,
    tool,
    host,
    plan: whole.plan,
    configurationHash,
    partial: samples.partial,
    noise: noiseOf(plan),
    asked,
    gates,
    identical: tallyOf(
      whole,
      IDENTICAL,
      gates.map(({ identical }) => identical),
    ),
    planted: tallyOf(
      whole,
      PLANTED,
      gates.map(({ planted }) => planted),
    ),
    toldApart: rateOf(alarms.length, gates.length),
    resolution,
    reasons: gates.length === 0 ? [] : distrust(whole, samples.conditions),
    warnings: [
      ...(samples.partial
        ? [`a signal ended it after ${gates.length} of ${asked.gates} gates`]
        : []),
      ...(resolution === null
        ? []
        : tooFine(
            `a run of ${resolution.rounds} rounds`,
            resolution.detectable,
            asked.maxRegression,
          )),
      ...(gates.length === 0 ? [] : warnings),
    ],
  };
}

function wholeBatches(plan: Plan, trials: readonly TrialSamples[]): TrialSamples[][] {
  const size = plan.rounds * plan.kernels.length;
  const count = Math.floor(trials.length / size);
  return Array.from({ length: count }, (_, batch) => {
    return trials.slice(batch * size, (batch + 1) * size);
  }).filter((batch) => batch.every(({ complete }) => complete));
}

function judgeBatch(
  run: NoiseRun,
  trials: readonly TrialSamples[],
  batch: number,
  { maxRegression }: NoiseQuestion,
): NoiseGate {
  const judged = (kernelIndex: number): JudgedKernel => {
    const document = pairOf(run, trials, kernelIndex);
    // What the machine did is known of the whole run alone.
    const judgement = judgeByFirst({ document, conditions: undefined }, 1, maxRegression);
    const { change, ciLow, ciHigh, pBroken, pKept, detectable } = judgement.checks[0]!;
    const { verdict } = judgement;
    const { verdict: comparison } = primaryOf(document, 1)!;
    return { verdict, change, ciLow, ciHigh, pBroken, pKept, detectable, comparison };
  };
  return {
    gate: batch + 1,
    firstRound: trials[0]!.round,
    identical: judged(IDENTICAL),
    planted: judged(PLANTED),
  };
}

/** The document of a run that has only had the base and this kernel. */
function pairOf(
  run: NoiseRun,
  trials: readonly TrialSamples[],
  kernelIndex: number,
): ResultDocument {
  const { plan, samples } = run;
  const kernels = [BASE, kernelIndex].map((index) => plan.kernels[index]!);
  const pair = trials.flatMap((trial) => {
    if (trial.kernelIndex === BASE) return [trial];
    return trial.kernelIndex === kernelIndex ? [{ ...trial, kernelIndex: 1 }] : [];
  });
  return resultOf(run, { ...plan, kernels }, { ...samples, trials: pair, partial: false });
}

function resultOf({ tool, host }: NoiseRun, plan: Plan, samples: RunSamples): ResultDocument {
  return buildResult({ tool, host, plan, samples, summary: summarizeRun(plan, samples) });
}

function primaryOf(
  { plan, comparisons }: ResultDocument,
  kernelIndex: number,
): ResultDocument['comparisons'][number] | undefined {
  const label = kernelLabels(plan.kernels)[kernelIndex];
  return comparisons.find((one) => one.candidate === label && one.metric === PRIMARY_METRIC);
}

function tallyOf(
  whole: ResultDocument,
  kernelIndex: number,
  judged: readonly JudgedKernel[],
): GateTally {
  const count = (...verdicts: readonly string[]): number =>
    judged.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const { change = null, ciLow = null, ciHigh = null } = primaryOf(whole, kernelIndex) ?? {};
  return {
    kernel: kernelLabels(whole.plan.kernels)[kernelIndex]!,
    pass: count('pass', 'improvement'),
    inconclusive: count('inconclusive'),
    untrustworthy: count('untrustworthy'),
    regression: rateOf(count('regression'), judged.length),
    change,
    ciLow,
    ciHigh,
  };
}

function resolutionOf(
  { rounds }: Plan,
  gates: readonly NoiseGate[],
  { maxRegression }: NoiseQuestion,
): Resolution {
  // A gate that can show nothing resolves less than any other.
  const all = gates.map(({ identical }) => identical.detectable ?? Infinity);
  const middle = all.length === 0 ? Infinity : median(all);
  const detectable = Number.isFinite(middle) ? middle : null;
  return {
    rounds,
    detectable,
    // What lies beyond the bound has to be shown, not what lies beyond no change at all.
    found: detectable === null ? null : 1 - (1 - maxRegression) / (1 + detectable),
    roundsFor: WANTED.map((change) => {
      const more = moreRounds({ pairs: rounds, detectable }, change);
      return { change, rounds: more === null ? null : rounds + more };
    }),
  };
}
