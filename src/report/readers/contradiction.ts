/** What a document of ours says twice, and not the same: it was edited, or put together from others. */
import { kernelLabels } from '../../plan/plan.js';
import { ratesOf } from '../../stats/round.js';
import type { ResultDocument, ResultKernel, ResultRound } from '../result.js';

/** Other writers of JSON may round the last digits. */
const RATE_TOLERANCE = 1e-9;

/** The first contradiction in a document of a whole run, as a sentence; undefined if there is none. */
export function contradictionIn(document: ResultDocument): string | undefined {
  const { kernels } = document;
  return first([
    () => wrongKernels(document),
    ...kernels.flatMap((kernel) => [
      ...kernel.rounds.map((round, index) => () => wrongRound(kernel, round, index)),
      () => wrongCount(document, kernel),
    ]),
  ]);
}

function wrongKernels({ plan, kernels }: ResultDocument): string | undefined {
  const planned = kernelLabels(plan.kernels);
  const names = kernels.map(({ name }) => name);
  const isPlanned =
    names.length === planned.length &&
    kernels.every(({ name, kernel }, index) => {
      return name === planned[index] && kernel === plan.kernels[index];
    });
  if (isPlanned) return undefined;
  return `its kernels are ${names.join(', ')}, those of its plan ${planned.join(', ')}`;
}

function wrongRound(
  { name }: ResultKernel,
  { round, complete, seconds, counters, faultsPerSecond }: ResultRound,
  index: number,
): string | undefined {
  if (round !== index) return `${name} has round ${round} where round ${index} belongs`;
  const where = `round ${round} of ${name}`;
  if (!complete) return `${where} was cut short`;
  if (seconds <= 0) return `${where} took ${seconds} s`;
  const follows = ratesOf({ counters, seconds }).faultsPerSecond!;
  const isRight =
    faultsPerSecond !== null && Math.abs(faultsPerSecond - follows) <= RATE_TOLERANCE * follows;
  if (isRight) return undefined;
  const counted = `${counters.faultsTotal} faults in ${seconds} s`;
  return `${where} has ${faultsPerSecond} faultsPerSecond, which do not follow from ${counted}`;
}

/** Where a number of rounds was not fixed, whole batches of the plan's were measured. */
function wrongCount(
  { plan, kernels }: ResultDocument,
  { name, rounds }: ResultKernel,
): string | undefined {
  const { length } = rounds;
  if (length === 0 || length % plan.rounds !== 0) {
    return `${name} has ${length} rounds, its plan ${plan.rounds}`;
  }
  const base = kernels[0]!;
  if (length === base.rounds.length) return undefined;
  return `${name} has ${length} rounds, ${base.name} has ${base.rounds.length}`;
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}
