/** Every scenario under every policy, as far as fits into a test; `.ci/run` goes further. */
import { describe, expect, it } from 'vitest';
import { policyNames } from '../../mm/rwsem-policy.js';
import { runJob } from './job.js';
import { scenarioNames } from './scenarios/index.js';

const BOUND = 1;

describe.each(policyNames())('%s', (policy) => {
  it.each(scenarioNames())('%s: nothing found, whatever is interrupted once', async (scenario) => {
    for (const spin of [true, false]) {
      const strategy = { kind: 'exhaustive', bound: BOUND } as const;
      const job = { scenario, policy, spin, broken: undefined, strategy, seed: 1 };
      const found = await runJob({ ...job, schedulesMax: Infinity }, () => false);
      expect(found.counterexample).toBeUndefined();
      expect([found.isComplete, found.boundDone]).toEqual([true, BOUND]);
      expect(found.schedules).toBeGreaterThan(10);
    }
  });
});
