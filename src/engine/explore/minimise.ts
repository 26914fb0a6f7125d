/**
 * Makes a failing schedule short: as few interruptions as possible, then turns, then steps. Runs of
 * steps of one task are left out or moved, one change at a time, as long as the same kind of failure
 * comes out; what the execution then really did is the next schedule to be shortened. Changes one at
 * a time can end up where each makes it worse, so that at last schedules with fewer interruptions are
 * looked for from scratch, as far as that is quick.
 */
import { DepthFirst } from './depth-first.js';
import { NO, YES, type Execution, type FailureKind } from './execution.js';
import { Lenient } from './guided.js';
import { StateTable } from './state-table.js';

/** Executions that the changes to one schedule may take, and the search for one with fewer. */
const TRIES_MAX = 10_000;
const SEARCH_MAX = 20_000;

/** `isFewest`: no schedule with fewer interruptions fails. */
export function minimise(
  execution: Execution,
  decisions: readonly number[],
  kind: FailureKind,
  isFewest = false,
): number[] {
  const short = shorten(execution, decisions, kind);
  if (isFewest) return short;
  execution.run(new Lenient(short));
  const fewer = searchFewer(execution, execution.interruptions, kind);
  return fewer === undefined ? short : shorten(execution, fewer, kind);
}

/** A schedule with less than `interruptions` that fails in the same way, with the fewest there are. */
function searchFewer(
  execution: Execution,
  interruptions: number,
  kind: FailureKind,
): number[] | undefined {
  let schedules = 0;
  for (let bound = 0; bound < interruptions; bound++) {
    const scheduler = new DepthFirst(bound, new StateTable());
    while (scheduler.next()) {
      if (execution.run(scheduler)?.kind === kind) return [...execution.decisions];
      schedules += 1;
      if (schedules === SEARCH_MAX) return undefined;
    }
  }
  return undefined;
}

function shorten(execution: Execution, decisions: readonly number[], kind: FailureKind): number[] {
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
  for (let from = 0; from < runs.length; from++) {
    const others = runs.filter((_, i) => i !== from);
    for (let to = 0; to < runs.length; to++) {
      if (to !== from) found.push(join([...others.slice(0, to), runs[from]!, ...others.slice(to)]));
    }
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
