import { describe, expect, it } from 'vitest';
import { resultOf, syntheticResult } from '../report/testing/synthetic-result.js';
import type { ResultDocument } from '../report/result.js';
import type { TrialShape } from '../stats/testing/synthetic-run.js';
import { agreement, judgeSavable } from './agreement.js';
import { DEFAULT_ACTIONS, judgeRun, type GateTerms } from './gate.js';
import { parseRules } from './parse-rule.js';
import { quantityNamed } from './quantity.js';

const SHAPE = { faults: 20_000_000, writeHoldNs: 1_000_000, readWaitNs: 1000 };
const run = (kernels: Record<string, number>, rounds = 10): ResultDocument =>
  syntheticResult(
    Object.fromEntries(
      Object.entries(kernels).map(([name, faults]) => [name, { ...SHAPE, faults }] as const),
    ),
    rounds,
  );
const measured = (document: ResultDocument) => ({ document, conditions: undefined });
const EQUAL = run({ pristine: 2e7, patched: 2e7 });
const SLOWER = run({ pristine: 2e7, patched: 1e7 });

function termsOf(rules: readonly string[], more: Partial<GateTerms> = {}): GateTerms {
  const context = { kernels: ['pristine', 'patched'], hasBaseline: true };
  return {
    rules: rules.flatMap((text) => parseRules(text, context, false)),
    exactly: undefined,
    actions: DEFAULT_ACTIONS,
    trustHost: false,
    ...more,
  };
}

const AGAINST_OTHER = 'patched >= baseline - 5%';
const WITHIN = 'patched >= pristine - 5%';
/** Of a machine like no other. */
const ELSEWHERE = {
  file: 'x.json',
  document: { ...EQUAL, host: { ...EQUAL.host, cpus: 64, fingerprint: '0000000000000000' } },
};

describe('a gate', () => {
  it('fails for what fails, however much worse the things are that it lets pass', () => {
    const actions = { ...DEFAULT_ACTIONS, inconclusive: 'fail', regression: 'warn' } as const;
    const few = run({ pristine: 2e7, patched: 1e7 }, 10);
    const terms = termsOf([WITHIN, 'patched >= 20M'], { actions });
    const { verdict, action, checks } = judgeRun(terms, measured(few), undefined);
    expect(checks.map((check) => check.verdict)).toEqual(['regression', 'regression']);
    expect([verdict, action]).toEqual(['regression', 'warn']);
    const open = judgeRun(
      termsOf(['patched >= pristine', WITHIN], { actions }),
      measured(run({ pristine: 2e7, patched: 1.9e7 }, 3)),
      undefined,
    );
    expect([open.verdict, open.action]).toEqual(['inconclusive', 'fail']);
  });

  it('excuses by another machine only what is judged by that machine', () => {
    const excused = judgeRun(termsOf([AGAINST_OTHER]), measured(SLOWER), ELSEWHERE);
    expect([excused.verdict, excused.action]).toEqual(['regression', 'warn']);
    expect(excused.reasons.join()).toContain('cpus 2 instead of 64');
    const within = judgeRun(termsOf([AGAINST_OTHER, WITHIN]), measured(SLOWER), ELSEWHERE);
    expect([within.verdict, within.action]).toEqual(['regression', 'fail']);
    const trusted = termsOf([AGAINST_OTHER], { trustHost: true });
    expect(judgeRun(trusted, measured(SLOWER), ELSEWHERE).action).toBe('fail');
  });

  it('says of a measured baseline what no p knows', () => {
    const own = { file: 'x.json', document: EQUAL };
    expect(judgeRun(termsOf([AGAINST_OTHER]), measured(EQUAL), own).warnings.join()).toContain(
      'the baseline was measured at another time',
    );
    expect(judgeRun(termsOf([WITHIN]), measured(EQUAL), undefined).warnings.join()).not.toContain(
      'baseline',
    );
  });

  it('trusts no run that was disturbed or did not do its work', () => {
    const stolen = {
      ...{ cpus: 2, stolenShare: 0.5, othersCpus: 0, cpuLimit: null },
      ...{ throttledPeriods: 0, thermalThrottles: 0 },
    };
    const disturbed = judgeRun(
      termsOf([WITHIN]),
      { document: EQUAL, conditions: stolen },
      undefined,
    );
    expect([disturbed.verdict, disturbed.action]).toEqual(['untrustworthy', 'fail']);
    const idle = judgeRun(termsOf([WITHIN]), measured(run({ pristine: 0, patched: 0 })), undefined);
    expect(idle.verdict).toBe('untrustworthy');
  });

  it('shows nothing where ranks and medians contradict each other', () => {
    // Two speeds: sixteen rounds a little too slow, fourteen much faster; and the other way round.
    const twoSpeeds = (usual: number, other: number): ResultDocument =>
      resultOf(
        Array.from({ length: 30 }, (_, round): TrialShape[] => [
          { round, kernelIndex: 0, faults: 20_000_000 },
          { round, kernelIndex: 1, faults: 20_000_000 * (round < 16 ? usual : other) + round },
        ]).flat(),
        { rounds: 30 },
      );
    for (const [usual, other] of [
      [0.93, 1.3],
      [0.99, 0.7],
    ] as const) {
      const judged = judgeRun(termsOf([WITHIN]), measured(twoSpeeds(usual, other)), undefined);
      expect(judged.verdict).toBe('inconclusive');
    }
  });
});

describe('a baseline to be', () => {
  const quantities = [quantityNamed('faultsPerSecond')!];
  const judge = (first: ResultDocument, second: ResultDocument, terms = termsOf([])) =>
    judgeSavable(
      terms,
      [measured(first), measured(second)],
      undefined,
      agreement(measured(first), measured(second), quantities, 0.05),
    );

  it('is one that a second run confirms', () => {
    expect(judge(EQUAL, EQUAL)).toMatchObject({ verdict: 'pass', action: 'pass', isSavable: true });
  });

  it('is none if two runs differ, whatever verdicts are told to do', () => {
    expect(judge(EQUAL, SLOWER)).toMatchObject({ verdict: 'untrustworthy', isSavable: false });
    const actions = { ...DEFAULT_ACTIONS, untrustworthy: 'warn', inconclusive: 'warn' } as const;
    expect(judge(EQUAL, SLOWER, termsOf([], { actions })).isSavable).toBe(false);
    const short = run({ pristine: 2e7, patched: 2e7 }, 2);
    expect(judge(short, short, termsOf([], { actions })).isSavable).toBe(false);
  });

  it('says of itself what it says of the first run', () => {
    const { checks } = judge(EQUAL, SLOWER);
    expect(checks.map(({ rule, message }) => rule + message).join()).not.toContain('baseline');
  });
});
