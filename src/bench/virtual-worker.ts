/** What a worker thread of the benchmarks does: simulate as a worker of the virtual engine would. */
// First for its flags: functions are compiled here as they are in the engine's own workers.
import '../engine/virtual/worker.js';
import { geometryFor } from '../engine/geometry.js';
import { setUpTrial } from '../engine/virtual/trial.js';
import { readCounters } from '../engine/window.js';
import { KernelMemory } from '../mm/kernel-memory.js';
import { Mm } from '../mm/mm.js';
import type { Plan } from '../plan/plan.js';
import { measuredTrials } from '../plan/trials.js';
import { assert } from '../util/assert.js';
import type { Sample } from './measure.js';

/**
 * Page faults of a plan's last window and the CPU time that went into simulating it, all threads of
 * the process together; the windows before it warm up. Setting up and checking are not in it.
 */
export default function simulatedFaults(plan: Plan): Sample {
  const { machine: model } = plan;
  assert(model !== undefined, 'a plan for the virtual engine has a machine');
  let sample = { ops: 0, ns: 0 };
  for (const trial of measuredTrials(plan)) {
    const km = KernelMemory.create(geometryFor(plan));
    for (let mm = 0; mm < plan.mms; mm++) Mm.create(km, mm);
    const { machine, programs, windowNs } = setUpTrial(km, plan, trial, model);
    const before = process.cpuUsage();
    let ops = 0;
    machine.run(programs, windowNs, () => {
      ops = readCounters(km, plan.tasks).faultsTotal;
    });
    const { user, system } = process.cpuUsage(before);
    sample = { ops, ns: (user + system) * 1000 };
  }
  return sample;
}
