/** What the virtual engine simulates in a second of CPU time. */
import { readFileSync } from 'node:fs';
import { WorkerPool } from '../engine/worker-pool.js';
import { definePlan } from '../plan/define-plan.js';
import { modelOf, parseProfile } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import type { Benchmark, Sample } from './measure.js';

const CPUS = 32;
const MACHINE = new URL('../../workloads/machines/e5-2680-32.json', import.meta.url);

/** Two windows to warm up with, and one more to measure. */
function planOf(kernel: string): Plan {
  return definePlan({
    machine: modelOf(parseProfile(readFileSync(MACHINE, 'utf8')), [], CPUS),
    stressor: 'fault-munmap',
    kernels: [kernel],
    tasks: CPUS,
    mms: 1,
    mmapBytes: 8 * 2 ** 30,
    thresholdBytes: 2 ** 28,
    maxMapCount: 65_530,
    rounds: 3,
    timeoutSeconds: 1.2,
    seed: 1,
  });
}

/** In a fresh worker thread, because an isolate that ran another CPU's ops before compiles others. */
async function simulate(kernel: string, signal: AbortSignal): Promise<Sample> {
  const pool = new WorkerPool({
    filename: new URL('./virtual-worker.js', import.meta.url).href,
    maxThreads: 1,
  });
  try {
    return (await pool.run(planOf(kernel), { signal })) as Sample;
  } finally {
    await pool.destroy();
  }
}

export function virtualBenchmarks(signal: AbortSignal): Benchmark[] {
  return ['pristine', 'patched'].map((kernel) => ({
    name: `main job on ${CPUS} simulated CPUs, ${kernel}, a second of CPU time`,
    unit: 'faults/s',
    prepare: () => () => simulate(kernel, signal),
  }));
}
