/** The rules of a plan's Linux are on every CPU of every engine before its first op. */
import { afterEach, expect, test, vi } from 'vitest';
import { DEFAULT_RULES, linuxVersions, rulesOf, type KernelRules } from '../mm/kernel-rules.js';
import { KernelMemory } from '../mm/kernel-memory.js';
import { Mm } from '../mm/mm.js';
import { definePlan } from '../plan/define-plan.js';
import { MEMORY_DEFAULTS, THP_SETTINGS, type MemorySettings } from '../plan/memory.js';
import type { Plan } from '../plan/plan.js';
import { measuredTrials } from '../plan/trials.js';
import { faultMunmap } from '../workload/stressors/fault-munmap.js';
import { geometryFor } from './geometry.js';
import { rulesFor } from './kernel-rules.js';
import { boot } from './threads/engine.js';
import { closeWindow, open } from './threads/rendezvous.js';
import { CONTROL } from '../mm/layout.js';
import { Seat } from './threads/task.js';
import { modelWith } from './virtual/testing/small-machine.js';
import { simulateTrial } from './virtual/trial.js';

function planWith(memory: Partial<MemorySettings>): Plan {
  return definePlan({
    stressor: 'fault-munmap',
    kernels: ['pristine'],
    tasks: 1,
    mms: 1,
    mmapBytes: 2 ** 20,
    thresholdBytes: 4096,
    maxMapCount: 100,
    rounds: 1,
    timeoutSeconds: 0.001,
    seed: 1,
    ...memory,
  });
}

const ENGINES: Readonly<Record<string, (plan: Plan) => void>> = {
  threads: (plan) => {
    const km = boot(plan);
    open(km, CONTROL.go);
    open(km, CONTROL.leave);
    closeWindow(km);
    new Seat(km, plan, performance.timeOrigin).runTrial(plan, measuredTrials(plan)[0]!);
  },
  virtual: (plan) => {
    const km = KernelMemory.create(geometryFor(plan));
    Mm.create(km, 0);
    simulateTrial(km, plan, measuredTrials(plan)[0]!, modelWith(1));
  },
};

const start = faultMunmap.start.bind(faultMunmap);

/** The rules that the stressor finds on its CPU. */
function rulesIn(engine: string, plan: Plan): KernelRules | undefined {
  let found: KernelRules | undefined;
  vi.spyOn(faultMunmap, 'start').mockImplementation((task) => {
    found = task.cpu.rules;
    return start(task);
  });
  ENGINES[engine]!(plan);
  return found;
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('the defaults of a plan are those of the kernel model', () => {
  const { thp, linux } = MEMORY_DEFAULTS;
  expect({ thp, linux }).toEqual({ thp: DEFAULT_RULES.thp, linux: DEFAULT_RULES.linux });
  expect(rulesFor({})).toEqual(DEFAULT_RULES);
  for (const version of linuxVersions()) {
    for (const mode of THP_SETTINGS) {
      expect(rulesFor({ linux: version, thp: mode })).toEqual({ ...rulesOf(version), thp: mode });
    }
  }
});

test.each(Object.keys(ENGINES))('%s: every CPU has the rules of the plan', (engine) => {
  expect(rulesIn(engine, planWith({}))).toEqual(DEFAULT_RULES);
  const other = { linux: '4.17', thp: 'never' } as const;
  expect(rulesIn(engine, planWith(other))).toEqual({ ...rulesOf('4.17'), thp: 'never' });
});
