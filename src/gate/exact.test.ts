import { describe, expect, it } from 'vitest';
import type { MachineModel } from '../plan/machine-model.js';
import type { ResultDocument } from '../report/result.js';
import { resultOf } from '../report/testing/synthetic-result.js';
import type { TrialShape } from '../stats/testing/synthetic-run.js';
import { judgeExactly } from './exact.js';
import { quantityNamed } from './quantity.js';

const QUANTITIES = ['faultsPerSecond', 'writeHoldNsMax'].map((name) => quantityNamed(name)!);
const MACHINE = { name: 'made up', cpus: 2 } as MachineModel;

const trial = (round: number, more: Partial<TrialShape> = {}): TrialShape => ({
  round,
  kernelIndex: 0,
  faults: 1000 + round,
  writeHoldsNs: [500, 600],
  ...more,
});
const simulated = (trials: readonly TrialShape[]): ResultDocument =>
  resultOf(trials, { engine: 'virtual', machine: MACHINE, kernels: ['pristine'], rounds: 3 });
const BASE = simulated([trial(0), trial(1), trial(2)]);

const found = (run: ResultDocument): string[] =>
  judgeExactly(run, BASE, QUANTITIES).map(({ metric, verdict }) => `${metric}: ${verdict}`);

describe('a simulation against its baseline', () => {
  it('that is the same passes', () => {
    const checks = judgeExactly(simulated([trial(0), trial(1), trial(2)]), BASE, QUANTITIES);
    expect(checks.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    expect(checks.map(({ message }) => message)).toEqual([
      'equal in all 3 seeds',
      'equal in all 3 seeds',
      'the same simulations, step by step',
    ]);
  });

  it('that is worse in one seed by one fault is a regression', () => {
    const run = simulated([trial(0), trial(1, { faults: 1000 }), trial(2, { faults: 1003 })]);
    const [faults] = judgeExactly(run, BASE, QUANTITIES);
    expect(faults).toMatchObject({
      verdict: 'regression',
      message: 'worse in 1, better in 1 of 3 seeds',
    });
    expect(found(run)).toContain('trace: regression');
  });

  it('that is better is none, and still not the same', () => {
    expect(found(simulated([trial(0), trial(1), trial(2, { faults: 1003 })]))).toEqual([
      'faultsPerSecond: improvement',
      'writeHoldNsMax: pass',
      'trace: not-comparable',
    ]);
  });

  it('that differs in nothing that is measured is still another one', () => {
    const run = simulated([trial(0), trial(1), trial(2, { counters: { sigsegv: 1 } })]);
    const [, , trace] = judgeExactly(run, BASE, QUANTITIES);
    expect(trace!.verdict).toBe('not-comparable');
    expect(trace!.message).toContain('from seed number 3 on');
  });

  it('that lost a value is a regression', () => {
    const run = simulated([trial(0), trial(1), trial(2, { writeHoldsNs: [] })]);
    expect(found(run)).toContain('writeHoldNsMax: regression');
  });
});
