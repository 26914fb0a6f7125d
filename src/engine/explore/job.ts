/** One scenario under one policy, searched from start to end: what a worker does. */
import { policyByName } from '../../mm/rwsem-policy.js';
import type { Counterexample, Exploration, InterleavingStep } from '../../samples/exploration.js';
import { READER_OWNED } from '../../mm/rwsem.js';
import { brokenLockByName } from './broken-locks.js';
import { REAL_LOCK, loadBrokenLock } from './edition.js';
import { Execution, type Failure, type TraceStep } from './execution.js';
import { Replay } from './guided.js';
import { minimise } from './minimise.js';
import { formatReplay, type Replayed } from './replay-text.js';
import type { Scenario } from './scenario.js';
import { scenarioByName } from './scenarios/index.js';
import { search, type SearchLimits, type Strategy } from './search.js';
import { hex } from './subject.js';
import { taskLetter } from './task-letter.js';

/** What is searched: plain data. */
export interface ExploreSubject {
  readonly scenario: string;
  readonly policy: string;
  readonly spin: boolean;
  /** Name of a deliberately broken lock. */
  readonly broken: string | undefined;
}

export interface ExploreJob extends ExploreSubject {
  readonly strategy: Strategy;
  readonly seed: number;
  readonly schedulesMax: number;
}

export async function runJob(
  job: ExploreJob,
  isOver: SearchLimits['isOver'],
): Promise<Exploration> {
  const since = performance.now();
  const scenario = scenarioByName(job.scenario);
  const execution = await makeExecution(job, scenario);
  const { strategy, seed, schedulesMax } = job;
  const outcome = search(execution, strategy, scenario.tasks.length, seed, {
    schedulesMax,
    isOver,
  });
  const { failure, schedules, steps, states, isComplete, boundDone } = outcome;
  const bound = boundOf(strategy);
  const counterexample =
    failure === undefined
      ? undefined
      : explain(execution, scenario, job, failure, strategy.kind === 'exhaustive');
  return {
    ...described(job, scenario),
    strategy: strategy.kind,
    ...(bound === undefined ? {} : { bound }),
    schedules,
    steps,
    states,
    isComplete,
    boundDone,
    seconds: (performance.now() - since) / 1000,
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}

/** Runs one schedule. Throws Diverged when it does not fit. */
export async function replay(replayed: Replayed): Promise<Exploration> {
  const since = performance.now();
  const scenario = scenarioByName(replayed.scenario);
  const execution = await makeExecution(replayed, scenario);
  const scheduler = new Replay(replayed.decisions);
  const failure = execution.run(scheduler);
  scheduler.assertUsedUp();
  const { steps, interruptions } = execution;
  const counterexample =
    failure === undefined
      ? undefined
      : counterexampleOf(execution, scenario, replayed, failure, interruptions);
  return {
    ...described(replayed, scenario),
    strategy: 'replay',
    schedules: 1,
    steps,
    states: 0,
    isComplete: false,
    boundDone: -1,
    seconds: (performance.now() - since) / 1000,
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}

async function makeExecution(
  { policy, spin, broken }: ExploreSubject,
  scenario: Scenario,
): Promise<Execution> {
  const lock = broken === undefined ? REAL_LOCK : await loadBrokenLock(brokenLockByName(broken));
  return new Execution(scenario, policyByName(policy, spin), lock);
}

function described(
  { policy, spin, broken }: ExploreSubject,
  { name, title }: Scenario,
): Pick<Exploration, 'scenario' | 'title' | 'policy' | 'spin' | 'broken'> {
  const spins = spin && policyByName(policy).spin;
  return {
    scenario: name,
    title,
    policy,
    spin: spins,
    ...(broken === undefined ? {} : { broken }),
  };
}

function boundOf(strategy: Strategy): number | undefined {
  if (strategy.kind === 'exhaustive') return strategy.bound;
  return strategy.kind === 'pct' ? strategy.depth : undefined;
}

function explain(
  execution: Execution,
  scenario: Scenario,
  subject: ExploreSubject,
  failure: Failure,
  isFewest: boolean,
): Counterexample {
  const { interruptions } = execution;
  const decisions = minimise(execution, [...execution.decisions], failure.kind, isFewest);
  const short = { ...subject, decisions };
  return counterexampleOf(execution, scenario, short, failure, interruptions);
}

/** Runs the schedule of `replayed` once more, step by step. */
function counterexampleOf(
  execution: Execution,
  scenario: Scenario,
  replayed: Replayed,
  failure: Failure,
  interruptionsFound: number,
): Counterexample {
  const steps: InterleavingStep[] = [];
  const again = execution.run(new Replay(replayed.decisions), (step) => {
    steps.push(describeStep(step, scenario, execution.describeCount(step.count)));
  });
  const { kind, message } = again ?? failure;
  return {
    kind,
    message,
    replay: formatReplay({ ...replayed, decisions: execution.decisions }),
    interruptionsFound,
    interruptions: execution.interruptions,
    steps,
  };
}

function describeStep(step: TraceStep, scenario: Scenario, countMeaning: string): InterleavingStep {
  const { task, action, flips, count, owner, waiters, sleeps } = step;
  const isOwned = owner > 0 && owner <= scenario.tasks.length;
  return {
    letter: taskLetter(task),
    task: scenario.tasks[task]!.name,
    action,
    answer: flips
      .map((flip) => (flip ? 'time has passed' : ''))
      .filter(Boolean)
      .join(', '),
    count: hex(count),
    countMeaning,
    owner: owner === READER_OWNED ? 'readers' : isOwned ? taskLetter(owner - 1) : '',
    waiters: waiters.map(taskLetter).join(' '),
    sleeps,
  };
}
