/** A pool that serves many plans, as it is built: its workers are files that node loads. */
import { afterEach, expect, test } from 'vitest';
import type * as EngineModule from './engine.js';
import { COST_NAMES, type Costs } from '../../plan/machine-model.js';
import { definePlan } from '../../plan/define-plan.js';
import type { Plan } from '../../plan/plan.js';
import type { RunSamples } from '../../samples/samples.js';
import type { RunHooks } from '../engine.js';

const DIST = new URL('../../../dist/engine/virtual/engine.js', import.meta.url);
const { virtualEngine } = (await import(DIST.href)) as typeof EngineModule;

const pool = virtualEngine.open!();
afterEach(() => pool.close());

const MIB = 2 ** 20;

function planWith(tasks: number, seed: number): Plan {
  const costs = Object.fromEntries(COST_NAMES.map((name) => [name, 200])) as Costs;
  const topology = { sockets: 2, coresPerSocket: 2, threadsPerCore: 1 };
  return definePlan({
    machine: { name: 'test', cpus: 4, topology, costs: { ...costs, sliceNs: 3_000_000 } },
    stressor: 'fault-munmap',
    kernels: ['pristine', 'patched'],
    tasks,
    mms: 1,
    mmapBytes: 8 * MIB,
    thresholdBytes: MIB,
    maxMapCount: 65530,
    rwsem: 'fifo-4.17',
    rwsemSpin: true,
    rounds: 2,
    timeoutSeconds: 0.004,
    seed,
  });
}

const hooks = (): RunHooks => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onHungTask: () => undefined,
});

/** All that is measured, histograms included. */
function textOf({ trials, partial }: RunSamples): string {
  const plain = trials.map(({ mmapSem, ...trial }) => ({
    ...trial,
    waits: [mmapSem.faultWait, mmapSem.writeHold, mmapSem.writeWait].map((one) => one.summary()),
  }));
  return JSON.stringify({ plain, partial });
}

test('plans side by side come out as each alone, whatever ran before', async () => {
  const plans = [planWith(2, 1), planWith(4, 1), planWith(1, 2), planWith(2, 3), planWith(2, 1)];
  const together = await Promise.all(plans.map((plan) => pool.run(plan, hooks())));
  const texts = together.map(textOf);
  expect(together[0]!.trials).toHaveLength(4);
  expect(texts[4]).toBe(texts[0]);
  expect(texts[3]).not.toBe(texts[0]);
  for (const [i, plan] of plans.slice(0, 2).entries()) {
    expect(textOf(await virtualEngine.run(plan, hooks()))).toBe(texts[i]);
  }
});
