/** The work of one task of a plan: the stressor's, or for the plan's last tasks a writer's. */
import { kernelByName } from '../mm/kernels.js';
import { PAGE_SIZE } from '../mm/layout.js';
import type { Mm } from '../mm/mm.js';
import type { Cpu } from '../mm/op.js';
import { memoryOf } from '../plan/memory.js';
import type { Plan, Trial } from '../plan/plan.js';
import { Prng, STREAM } from '../util/prng.js';
import { RunningHog } from './hog-run.js';
import { plantSlowDown } from './planted.js';
import type { StressorRun } from './stressor.js';
import { stressorByName } from './stressors/index.js';
import { Writer } from './writer.js';

/**
 * `cpu.task` says which task of the plan it is. `stopping`: see StressorTask. The tasks of the
 * stressor do the same whether there are writers or not.
 */
export function startTask(
  plan: Plan,
  trial: Trial,
  cpu: Cpu,
  mm: Mm,
  stopping: () => boolean,
): StressorRun {
  const { task } = cpu;
  const kernel = kernelByName(trial.kernel);
  const thresholdPages = Math.ceil(plan.thresholdBytes / PAGE_SIZE);
  if (plan.stress !== undefined) {
    const { stress } = plan;
    const windowClosed = plantSlowDown(kernel, cpu, stopping);
    return new RunningHog({ stress, trial, kernel, thresholdPages, cpu, mm, windowClosed });
  }
  const prng = new Prng(trial.seed, STREAM.task, task);
  const common = { cpu, mm, kernel, thresholdPages, prng };
  if (task >= plan.tasks) return new Writer({ ...common, gapNs: plan.writerGapNs, stopping });
  const { tasks, bytesPerTask: bytes } = plan;
  const phase = trial.phases[task]!;
  const { backing } = memoryOf(plan);
  const share = { task, tasks, bytes, backing, phase };
  const asked = plantSlowDown(kernel, cpu, stopping);
  return stressorByName(plan.stressor).start({ ...common, ...share, stopping: asked });
}
