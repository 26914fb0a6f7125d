/**
 * Makes a failing schedule short: as few interruptions as possible, then as few steps. Runs of steps
 * of one task are left out or swapped, one change at a time, as long as the same kind of failure
 * comes out; what the execution then really did is the next schedule to be shortened.
 */
import { NO, YES, type Execution, type FailureKind } from './execution.js';
import { Lenient } from './guided.js';

/** Executions that one minimisation may take. */
const TRIES_MAX = 5000;

export function minimise(
  execution: Execution,
  decisions: readonly number[],
  kind: FailureKind,
): number[] {
  let best = [...decisions];
  let bestCost = costOf(execution, best);
  let tries = 0;
  for (;;) {
    const shorter = candidates(best).find((candidate) => {
      tries += 1;
      if (tries > TRIES_MAX) return false;
      const failure = execution.run(new Lenient(candidate));
      return failure?.kind === kind && isLess(costNow(execution), bestCost);
    });
    if (shorter === undefined) return best;
    best = [...execution.decisions];
    bestCost = costNow(execution);
  }
}

/** Changes to try, the boldest first. */
function candidates(decisions: readonly number[]): number[][] {
  const runs = runsOf(decisions);
  const found: number[][] = [];
  for (let i = 0; i < runs.length; i++) found.push(join(runs.filter((_, j) => j !== i)));
  for (let i = 0; i + 1 < runs.length; i++) {
    const [one, two] = [runs[i]!, runs[i + 1]!];
    found.push(join([...runs.slice(0, i), two, one, ...runs.slice(i + 2)]));
  }
  // The answer that time has passed is an interruption, too.
  for (let i = 0; i < decisions.length; i++) {
    if (decisions[i] === YES) found.push(decisions.map((what, j) => (j === i ? NO : what)));
  }
  return found;
}

/** Cut at every change of task; answers stay with the step in which they were given. */
function runsOf(decisions: readonly number[]): number[][] {
  const runs: number[][] = [];
  let task = -1;
  for (const decision of decisions) {
    if (decision >= 0 && decision !== task) {
      runs.push([]);
      task = decision;
    }
    runs.at(-1)!.push(decision);
  }
  return runs;
}

function join(runs: readonly (readonly number[])[]): number[] {
  return runs.flat();
}

/** Interruptions, turns, steps and answers: the first that differs decides which is shorter. */
type Cost = readonly [number, number, number];

function costNow({ interruptions, decisions }: Execution): Cost {
  return [interruptions, runsOf(decisions).length, decisions.length];
}

function costOf(execution: Execution, decisions: readonly number[]): Cost {
  execution.run(new Lenient(decisions));
  return costNow(execution);
}

function isLess(a: Cost, b: Cost): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}
