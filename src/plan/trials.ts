/**
 * The trials of a plan, in the order they run: kernels side by side in every round, the order
 * reversed every round (A B B A ...), so that whatever drifts on the machine hits them alike.
 */
import { Prng, STREAM } from '../util/prng.js';
import { kernelLabels, type Plan, type Trial } from './plan.js';

/** A warm-up trial is as long as a measured one, up to this: enough for the JIT, no more. */
const WARM_UP_SECONDS_MAX = 1;

/**
 * Where the tasks stand in their cycles when a round's windows open, the same for every kernel of
 * the round. Task t is t/tasks of a cycle ahead of task 0; over the rounds task 0 goes through the
 * whole cycle in equal steps, in seeded order from a seeded start. A window is only a cycle or two
 * long at large sizes; sampling the cycle systematically keeps its mean from depending on luck.
 */
export function roundPhases(plan: Plan, batch = 0): number[][] {
  const prng = new Prng(plan.seed, STREAM.phases, batch);
  const steps = Array.from({ length: plan.rounds }, (_, i) => i);
  for (let i = steps.length - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    [steps[i], steps[j]] = [steps[j]!, steps[i]!];
  }
  const start = prng.next32() / 2 ** 32;
  return steps.map((step) =>
    Array.from({ length: plan.tasks }, (_, task) => {
      return ((step + start) / plan.rounds + task / plan.tasks) % 1;
    }),
  );
}

export function warmUpTrials(plan: Plan): Trial[] {
  const seconds = Math.min(WARM_UP_SECONDS_MAX, plan.timeoutSeconds / plan.rounds);
  const phases = Array.from({ length: plan.tasks }, (_, task) => task / plan.tasks);
  return plan.kernels.map((kernel, kernelIndex) => ({
    sequence: kernelIndex - plan.kernels.length,
    round: -1,
    kernelIndex,
    kernel,
    seconds,
    phases,
    seed: plan.seed,
  }));
}

/**
 * The plan's rounds. Where they are not enough, further batches of as many: their rounds are numbered
 * on, seeds and the order of kernels go on with the numbers, and phases are drawn afresh.
 */
export function measuredTrials(plan: Plan, batch = 0): Trial[] {
  const seconds = plan.timeoutSeconds / plan.rounds;
  const firstRound = batch * plan.rounds;
  const firstSequence = firstRound * plan.kernels.length;
  return roundPhases(plan, batch).flatMap((phases, index) => {
    const round = firstRound + index;
    const order = plan.kernels.map((_, kernelIndex) => kernelIndex);
    if (round % 2 === 1) order.reverse();
    return order.map((kernelIndex, place) => ({
      sequence: firstSequence + index * plan.kernels.length + place,
      round,
      kernelIndex,
      kernel: plan.kernels[kernelIndex]!,
      seconds,
      phases,
      seed: plan.seed + round,
    }));
  });
}

/** Label of a trial's kernel, as the report names it. */
export function trialLabel(plan: Plan, trial: Trial): string {
  return kernelLabels(plan.kernels)[trial.kernelIndex]!;
}
