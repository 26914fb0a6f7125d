/**
 * Makes a failing program short: calls are left out, many at a time and then one by one, as long as
 * some schedule among a few still fails. What is left fails, and without any one call more it did not,
 * under the schedules tried.
 */
import type { FuzzExecution, FuzzFailure } from './execution.js';

/** Executions that one step of the way, and all of it, may take. */
const SCHEDULES = 24;
const EXECUTIONS_MAX = 6000;

export interface Shrunk {
  readonly kept: readonly (readonly number[])[];
  readonly schedule: number;
  readonly failure: FuzzFailure;
  /** Whether it got as short as it gets. */
  readonly isShortest: boolean;
}

export function shrink(
  execution: FuzzExecution,
  programs: readonly Int32Array[],
  from: Shrunk,
): Shrunk {
  let best = from;
  let left = EXECUTIONS_MAX;
  const fails = (kept: readonly (readonly number[])[]): Shrunk | undefined => {
    for (let i = 0; i < SCHEDULES && left > 0; i++) {
      left -= 1;
      const schedule = i === 0 ? best.schedule : i - 1;
      const failure = execution.run(programs, kept, schedule);
      if (failure !== undefined) return { kept, schedule, failure, isShortest: false };
    }
    return undefined;
  };
  const longest = Math.max(...from.kept.map((calls) => calls.length));
  for (let size = longest; size >= 1;) {
    const shorter = firstShorter(best.kept, size, fails);
    if (shorter !== undefined) best = shorter;
    else size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return { ...best, isShortest: left > 0 };
}

/** The first way to leave out `size` calls in a row of one task after which it still fails. */
function firstShorter(
  kept: readonly (readonly number[])[],
  size: number,
  fails: (kept: readonly (readonly number[])[]) => Shrunk | undefined,
): Shrunk | undefined {
  for (const [task, calls] of kept.entries()) {
    for (let at = 0; at < calls.length; at += size) {
      const rest = [...calls.slice(0, at), ...calls.slice(at + size)];
      const shorter = fails(kept.map((others, i) => (i === task ? rest : others)));
      if (shorter !== undefined) return shorter;
    }
  }
  return undefined;
}
