import { describe, expect, it } from 'vitest';
import type { MachineModel } from '../plan/machine-model.js';
import { readResultRuns } from '../report/readers/result-reader.js';
import { resultOf, TOOL } from '../report/testing/synthetic-result.js';
import type { ResultDocument } from '../report/result.js';
import type { TrialShape } from '../stats/testing/synthetic-run.js';
import { compareSaved } from './compare-saved.js';
import { evidenceOn, type Evidence, type Missing } from './evidence.js';
import { judgeRules } from './judge.js';
import { parseRules } from './parse-rule.js';
import type { Rule } from './rule.js';
import type { Side } from './saved-sides.js';

const MACHINE = { name: 'm', cpus: 2, costs: { zapPageNs: 214 } } as unknown as MachineModel;

/** A run whose `patched` has these page faults per second of a round, `pristine` 10 M. */
function runOf(
  rates: readonly number[],
  engine: 'threads' | 'virtual' = 'threads',
  more: Partial<TrialShape> = {},
  first = 0,
): ResultDocument {
  const trials = rates.flatMap((faults, index) =>
    [10_000_000, faults].map((value, kernelIndex) => ({
      round: first + index,
      kernelIndex,
      faults: value,
      ...more,
    })),
  );
  const simulated = engine === 'threads' ? {} : { engine, machine: MACHINE };
  return resultOf(trials, { rounds: rates.length, ...simulated });
}

function ruleOf(text: string): Rule {
  const kernels = ['pristine', 'patched'];
  return parseRules(text, { kernels, hasBaseline: true }, false)[0]!;
}

function evidence(text: string, run: ResultDocument, baseline?: ResultDocument): Evidence {
  const found = evidenceOn(ruleOf(text), run, baseline, 1);
  if (typeof found === 'string') throw new Error(`nothing of the ${found}`);
  return found;
}

function missing(text: string, run: ResultDocument, baseline?: ResultDocument): Missing {
  const found = evidenceOn(ruleOf(text), run, baseline, 1);
  if (typeof found !== 'string') throw new Error('there is evidence');
  return found;
}

const RULE = 'patched >= baseline - 5%';
const SPREAD = [1e7, 1.1e7, 4e7, 4.1e7];

describe('a run against a baseline', () => {
  it('has the change that compare finds in the same two files', () => {
    const [base, run] = [runOf(SPREAD), runOf([0.9e7, 1e7, 9e7, 1e8])];
    const found = evidence(RULE, run, base);
    const sides = [base, run].map((document, index): Side => {
      const name = `${index}.json`;
      const runs = readResultRuns(JSON.stringify(document), name);
      const files = [{ name, kind: runs[0]!.kind, labels: ['pristine', 'patched'], document }];
      return { name, files, runs };
    });
    const { comparisons } = compareSaved(TOOL, sides, ['faultsPerSecond']);
    const { change, ciLow, ciHigh, p } = comparisons.find(
      ({ candidate }) => candidate.label === 'patched',
    )!;
    expect(ciLow).not.toBeNull();
    expect(found).toMatchObject({ change, ciLow, ciHigh, p });
    expect(found.change).toBeCloseTo(found.value / found.base - 1, 12);
    expect(found.excess).toBeCloseTo(Math.log(found.value / (0.95 * found.base)), 12);
  });

  it('of too few rounds has no interval, and none more will do without a better baseline', () => {
    const few = evidence(RULE, runOf([1e7, 1.01e7]), runOf([1e7, 1.02e7]));
    expect(few).toMatchObject({ ciLow: null, ciHigh: null, p: null, detectable: null });
    expect(few.moreFor(0.05)).toEqual({ rounds: null, isBaseline: true });
  });

  it('says how many more rounds tell only where its own rounds would', () => {
    const noisy = (count: number): ResultDocument =>
      runOf(Array.from({ length: count }, (_, i) => 1e7 * (1 + 0.03 * (((7 * i) % 5) - 2))));
    const [check] = judgeRules([ruleOf(RULE)], noisy(6), noisy(6));
    expect(check!.verdict).toBe('inconclusive');
    expect(check!.message).toMatch(/use more --rounds here and in the baseline/);
    const [other] = judgeRules([ruleOf(RULE)], noisy(6), noisy(60));
    expect(other!.message).toMatch(/about \d+ more --rounds would tell$/);
  });
});

describe('seeds of simulations', () => {
  it('are compared with the same seeds of the baseline, or not at all', () => {
    const base = runOf([1e7, 1.1e7, 1.2e7, 1.3e7], 'virtual');
    expect(evidence(RULE, base, base)).toMatchObject({ count: 4, change: 0 });
    expect(missing(RULE, runOf([1e7, 1.1e7], 'virtual'), base)).toBe('baseline');
    expect(missing(RULE, base, runOf([1e7, 1.1e7], 'virtual'))).toBe('baseline');
    const shifted = runOf([1.1e7, 1.2e7, 1.3e7, 1.4e7], 'virtual', {}, 1);
    expect(missing(RULE, shifted, base)).toBe('baseline');
  });
});

describe('nothing measured on a side', () => {
  const CALLS = 'patched.munmapCallsPerSecond >= baseline - 5%';
  const idle = runOf([1e7, 1e7, 1e7, 1e7], 'threads');
  const busy = runOf([1e7, 1e7, 1e7, 1e7], 'threads', { writeHoldsNs: [1000] });

  it('is missing, and no pass', () => {
    expect(idle.kernels[1]!.munmapCallsPerSecond.median).toBe(0);
    expect(missing(CALLS, idle, idle)).toBe('run');
    expect(missing('patched.munmapCallsPerSecond >= pristine - 5%', idle)).toBe('run');
    expect(missing('patched.munmapCallsPerSecond <= 5', idle)).toBe('run');
    const [check] = judgeRules([ruleOf(CALLS)], idle, idle);
    expect(check).toMatchObject({ verdict: 'untrustworthy' });
  });

  it('in the baseline alone cannot be compared with', () => {
    expect(busy.kernels[1]!.munmapCallsPerSecond.median).toBeGreaterThan(0);
    expect(missing(CALLS, busy, idle)).toBe('baseline');
  });

  it('is a time of 0 all the same', () => {
    const waits = 'patched.faultWaitNs.p50 <= pristine + 5%';
    expect(evidenceOn(ruleOf(waits), busy, undefined, 1)).toMatchObject({ base: 0, value: 0 });
  });
});
