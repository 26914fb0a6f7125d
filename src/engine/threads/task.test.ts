/** A seat on the test's own thread: the gates of its trials stand open beforehand. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { CONTROL, TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import { policyByName, policyNames, type RwsemPolicy } from '../../mm/rwsem-policy.js';
import { definePlan } from '../../plan/define-plan.js';
import type { Plan } from '../../plan/plan.js';
import { measuredTrials } from '../../plan/trials.js';
import { faultMunmap } from '../../workload/stressors/fault-munmap.js';
import { geometryFor } from '../geometry.js';
import { closeWindow, open } from './rendezvous.js';
import { Seat } from './task.js';

function planWith(rwsem?: Pick<Plan, 'rwsem' | 'rwsemSpin'>): Plan {
  return definePlan({
    stressor: 'fault-munmap',
    kernels: ['pristine'],
    tasks: 1,
    mms: 1,
    mmapBytes: 2 ** 20,
    thresholdBytes: 4096,
    maxMapCount: 100,
    rounds: 1,
    timeoutSeconds: 1,
    seed: 1,
    ...rwsem,
  });
}

function bootedFor(plan: Plan): KernelMemory {
  const km = KernelMemory.create(geometryFor(plan));
  Mm.create(km, 0);
  km.words[km.taskAt(0) + TASK.mm] = 0;
  open(km, CONTROL.go);
  open(km, CONTROL.leave);
  closeWindow(km);
  return km;
}

const start = faultMunmap.start.bind(faultMunmap);

/** The policy that the stressor of each of these plans finds on its CPU, all in one seat. */
function policiesIn(plans: readonly Plan[]): RwsemPolicy[] {
  const seat = new Seat(bootedFor(plans[0]!), plans[0]!, performance.timeOrigin);
  const found: RwsemPolicy[] = [];
  vi.spyOn(faultMunmap, 'start').mockImplementation((task) => {
    found.push(task.cpu.rwsem);
    return start(task);
  });
  for (const plan of plans) seat.runTrial(plan, measuredTrials(plan)[0]!);
  return found;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the rwsem policy of a trial', () => {
  test.each(policyNames())('is %s when the plan says so', (rwsem) => {
    expect(policiesIn([planWith({ rwsem, rwsemSpin: true })])).toEqual([policyByName(rwsem)]);
    const [quiet] = policiesIn([planWith({ rwsem, rwsemSpin: false })]);
    expect(quiet).toMatchObject({ name: rwsem, spin: false });
  });

  test('is that of its plan, whatever the trial before had', () => {
    const other = planWith({ rwsem: 'phase-fair-5.3', rwsemSpin: false });
    const names = policiesIn([planWith(), other, planWith()]).map(({ name, spin }) => [name, spin]);
    expect(names).toEqual([
      ['fifo-4.17', true],
      ['phase-fair-5.3', false],
      ['fifo-4.17', true],
    ]);
  });

  test('that does not exist is an error before anything runs', () => {
    const plan = planWith({ rwsem: 'fifo', rwsemSpin: true });
    expect(() => policiesIn([plan])).toThrow("no rwsem policy is called 'fifo'");
  });
});
