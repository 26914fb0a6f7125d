/** Random programs under random schedules until one fails, or until there is no time left. */
import { rulesOf } from '../../../mm/kernel-rules.js';
import type { Kernel } from '../../../mm/kernels.js';
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { FuzzFinding } from '../../../samples/fuzz-samples.js';
import { FuzzExecution, type FuzzFailure } from './execution.js';
import { allCalls, drawPrograms, formatFuzzReplay, type FuzzCase } from './programs.js';
import { shrink } from './shrink.js';

/** Schedules of a program before the next one gets its turn. */
const SCHEDULES = 4;

export type FuzzSearch = Omit<FuzzCase, 'program' | 'schedule' | 'kept'>;

export interface SearchOutcome {
  readonly finding: FuzzFinding | null;
  readonly calls: number;
  readonly executions: number;
}

export interface SearchLimits {
  /** This search's programs: `first`, `first + stride`, and so on, at most to `programsMax`. */
  readonly first: number;
  readonly stride: number;
  readonly programsMax: number;
  /** Told after every execution how much was done; true ends the search. */
  readonly isOver: (calls: number, executions: number) => boolean;
}

export function searchPrograms(
  search: FuzzSearch,
  kernelOf: (name: string) => Kernel,
  { first, stride, programsMax, isOver }: SearchLimits,
): SearchOutcome {
  const execution = makeExecution(search, kernelOf);
  const { seed, tasks } = search;
  let executions = 0;
  for (let program = first; program < programsMax; program += stride) {
    const words = drawPrograms(seed, program, tasks);
    const kept = allCalls(tasks);
    for (let i = 0; i < SCHEDULES; i++) {
      const schedule = program * SCHEDULES + i;
      const failure = execution.run(words, kept, schedule);
      executions += 1;
      const { calls } = execution;
      if (failure !== undefined) {
        const found = { kept, schedule, failure, isShortest: false };
        const shrunk = shrink(execution, words, found);
        const short = { ...search, program, schedule: shrunk.schedule, kept: shrunk.kept };
        return { finding: findingOf(short, shrunk.failure, shrunk.isShortest), calls, executions };
      }
      if (isOver(calls, executions)) return { finding: null, calls, executions };
    }
  }
  return { finding: null, calls: execution.calls, executions };
}

/** Does one case again, exactly. */
export function replayFuzz(found: FuzzCase, kernelOf: (name: string) => Kernel): SearchOutcome {
  const execution = makeExecution(found, kernelOf);
  const words = drawPrograms(found.seed, found.program, found.tasks);
  const failure = execution.run(words, found.kept, found.schedule);
  const finding = failure === undefined ? null : findingOf(found, failure, true);
  return { finding, calls: execution.calls, executions: 1 };
}

function makeExecution(search: FuzzSearch, kernelOf: (name: string) => Kernel): FuzzExecution {
  const { kernel, thresholdBytes, linux, tasks, mms, seed } = search;
  return new FuzzExecution({
    kernel: kernelOf(kernel),
    thresholdPages: Math.ceil(thresholdBytes / PAGE_SIZE),
    rules: rulesOf(linux),
    tasks,
    mms,
    seed,
  });
}

function findingOf(found: FuzzCase, failure: FuzzFailure, isShrunk: boolean): FuzzFinding {
  return {
    message: failure.message,
    task: null,
    step: found.kept.reduce((sum, calls) => sum + calls.length, 0),
    isShrunk,
    programs: failure.calls
      .map((calls, task) => ({ task, calls }))
      .filter(({ calls }) => calls.length > 0),
    replay: `npx mmsem-bench fuzz --replay '${formatFuzzReplay(found)}'`,
    shorter: null,
  };
}
