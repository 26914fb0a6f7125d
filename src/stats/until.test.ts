/** When a run until something is known ends, and whether ending it then can be trusted. */
import { describe, expect, it } from 'vitest';
import type { Plan, Until } from '../plan/plan.js';
import { measuredTrials } from '../plan/trials.js';
import type { TrialSamples } from '../samples/samples.js';
import { Prng } from '../util/prng.js';
import { summarizeRun } from './summarize.js';
import { normalDraws } from './testing/random-samples.js';
import { syntheticPlan, syntheticRun, syntheticTrial } from './testing/synthetic-run.js';
import { faultChanges, moreUntil } from './until.js';

const KNOWN: Until = { halfWidth: 0.02, secondsMax: 60 };
const TRIAL = syntheticTrial({ round: 0, kernelIndex: 0 });

/** Log-ratio of patched over pristine in a round. */
type Sampler = (round: number) => number;

/** Batches of an engine that measures what the sampler says, for as long as more are wanted. */
function run(plan: Plan, logRatio: Sampler, fits: (batches: number) => boolean = () => true) {
  const trials: TrialSamples[] = [];
  const wantsMore = moreUntil(plan, plan.until!, fits);
  let batches = 0;
  do {
    for (const { sequence, round, kernelIndex } of measuredTrials(plan, batches)) {
      const faultsTotal = 2e7 * Math.exp(kernelIndex * logRatio(round));
      const counters = { ...TRIAL.counters, faultsTotal };
      trials.push({ ...TRIAL, sequence, round, kernelIndex, counters });
    }
    batches += 1;
  } while (wantsMore(trials, batches));
  const samples = { ...syntheticRun([]), trials };
  return { batches, samples };
}

/** Changes of 10 %, give or take. */
function noisy(deviation: number, seed = 1): Sampler {
  const draws = normalDraws(new Prng(seed, 999), 1000);
  return (round) => Math.log(1.1) + deviation * draws[round]!;
}

const plan = syntheticPlan({ until: KNOWN });

describe('a run until its change is known', () => {
  it('ends after one batch when that is enough, and goes on otherwise', () => {
    expect(run(plan, noisy(0.005)).batches).toBe(1);
    const { batches, samples } = run(plan, noisy(0.05));
    expect(batches).toBeGreaterThan(2);
    const { comparisons, warnings } = summarizeRun(plan, samples);
    const { ciLow, ciHigh, pairs } = comparisons[0]!;
    expect(pairs).toBe(10 * batches);
    expect((ciHigh! - ciLow!) / 2).toBeLessThanOrEqual(0.02);
    expect(warnings.filter((text) => text.includes('asked for'))).toEqual([]);
    // One batch earlier the same interval was too wide.
    const before = { ...samples, trials: samples.trials.slice(0, -20) };
    const [earlier] = summarizeRun(plan, before).comparisons;
    expect((earlier!.ciHigh! - earlier!.ciLow!) / 2).toBeGreaterThan(0.02);
  });

  it('does not take the narrow interval of a few rounds for knowledge', () => {
    expect(run({ ...plan, rounds: 1 }, () => 0.1).batches).toBe(6);
  });

  it('knows no change until it knows all of them', () => {
    const three = { ...plan, kernels: ['pristine', 'patched', 'mainline'] };
    expect(run(three, noisy(0.05)).batches).toBeGreaterThan(run(plan, noisy(0.05)).batches);
  });

  it('ends when its time is over, says how well it knows, and what to do', () => {
    const { batches, samples } = run(plan, noisy(0.3), (done) => done < 2);
    expect(batches).toBe(2);
    const { warnings } = summarizeRun(plan, samples);
    const text = warnings.find((warning) => warning.includes('asked for'));
    expect(text).toMatch(
      /^patched against pristine: the change in page faults\/sec is known to within \d\d % only, 2 % was asked for; it takes about \d+ more rounds: raise --max-time$/,
    );
  });

  it('ends after 1000 rounds, whatever is known by then', () => {
    const forever: Plan = { ...plan, rounds: 300, until: { halfWidth: 0.0001, secondsMax: null } };
    const { batches, samples } = run(forever, noisy(0.01));
    expect(batches).toBe(3);
    expect(summarizeRun(forever, samples).warnings.join()).toMatch(
      / and no run has more than 1000/,
    );
  });
});

it('is no bias: where a run ends, its interval still holds the true change', () => {
  const small: Plan = { ...plan, until: { halfWidth: 0.03, secondsMax: null } };
  const runs = 200;
  let covered = 0;
  let batches = 0;
  for (let seed = 0; seed < runs; seed++) {
    const plan = { ...small, seed };
    const one = run(plan, noisy(0.05, seed));
    batches += one.batches;
    const [change] = faultChanges(plan, one.samples.trials);
    if (change!.ciLow! <= 0.1 && 0.1 <= change!.ciHigh!) covered += 1;
  }
  // It has had the choice between one batch and several.
  expect(batches / runs).toBeGreaterThan(1.5);
  expect(covered / runs).toBeGreaterThanOrEqual(0.92);
});
