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

/** Steps that the changes to one schedule may take, and executions that the search for one with fewer. */
const STEPS_MAX = 3_000_000;
const SEARCH_MAX = 20_000;
/** Of more runs than this, single ones are left out and not moved. */
const MOVED_RUNS_MAX = 60;

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
  const stepsUntil = execution.steps + STEPS_MAX;
  for (let isShorter = true; isShorter;) {
    isShorter = false;
    for (const candidate of candidates(best)) {
      if (execution.steps > stepsUntil) return best;
      const failure = execution.run(new Lenient(candidate));
      if (failure?.kind !== kind || !isLess(costNow(execution), bestCost)) continue;
      best = [...execution.decisions];
      bestCost = costNow(execution);
      isShorter = true;
      break;
    }
  }
  return best;
}

/** Changes to try, the boldest first; made one by one, because a long schedule has a great many. */
function* candidates(decisions: readonly number[]): Generator<number[]> {
  const runs = runsOf(decisions);
  for (
    let size = Math.ceil(runs.length / 2);
    size > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < runs.length; at += size) {
      yield [...runs.slice(0, at), ...runs.slice(at + size)].flat();
    }
  }
  if (runs.length <= MOVED_RUNS_MAX) yield* moves(runs);
  // The answer that time has passed is an interruption, too.
  for (let i = 0; i < decisions.length; i++) {
    if (decisions[i] === YES) yield decisions.map((what, j) => (j === i ? NO : what));
  }
}

/** Every run of steps at every other place. */
function* moves(runs: readonly (readonly number[])[]): Generator<number[]> {
  for (let from = 0; from < runs.length; from++) {
    const others = runs.filter((_, i) => i !== from);
    for (let to = 0; to < runs.length; to++) {
      if (to !== from) yield [...others.slice(0, to), runs[from]!, ...others.slice(to)].flat();
    }
  }
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
