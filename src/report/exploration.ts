/** The document of a search through interleavings: what `explore --json` prints. */
import type { Counterexample, Exploration, InterleavingStep } from '../samples/exploration.js';
import type { HostFacts, ToolFacts } from './result.js';

export const EXPLORATION_SCHEMA = 'mmsem-bench/exploration';
export const EXPLORATION_VERSION = 1;

/** A search as the document has it: what does not apply is null, so that every row has every key. */
export interface ExplorationRow extends Omit<Exploration, 'broken' | 'bound' | 'counterexample'> {
  readonly broken: string | null;
  readonly bound: number | null;
  readonly counterexample: Counterexample | null;
}

/**
 * All but `host` and every `seconds` follows from the options, unless a time limit or a signal cut a
 * search short.
 */
export interface ExplorationDocument {
  readonly schema: typeof EXPLORATION_SCHEMA;
  readonly version: typeof EXPLORATION_VERSION;
  readonly tool: ToolFacts;
  readonly host: HostFacts;
  /** Null where nothing was left to chance: one schedule, done once more. */
  readonly seed: number | null;
  /** A signal ended the searches early. */
  readonly partial: boolean;
  readonly explorations: readonly ExplorationRow[];
}

export interface ExplorationParts {
  readonly tool: ToolFacts;
  readonly host: HostFacts;
  readonly seed: number | null;
  readonly partial: boolean;
  readonly explorations: readonly Exploration[];
}

/** Built key by key: the order of keys in the text is the order here, and in `facts.ts`. */
export function buildExploration(parts: ExplorationParts): ExplorationDocument {
  const { tool, host, seed, partial, explorations } = parts;
  return {
    schema: EXPLORATION_SCHEMA,
    version: EXPLORATION_VERSION,
    tool,
    host,
    seed,
    partial,
    explorations: explorations.map(explorationRow),
  };
}

/** JSON with a final newline. */
export function formatExploration(document: ExplorationDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function explorationRow(found: Exploration): ExplorationRow {
  const { counterexample } = found;
  return {
    scenario: found.scenario,
    title: found.title,
    policy: found.policy,
    spin: found.spin,
    broken: found.broken ?? null,
    strategy: found.strategy,
    bound: found.bound ?? null,
    schedules: found.schedules,
    steps: found.steps,
    states: found.states,
    isComplete: found.isComplete,
    boundDone: found.boundDone,
    seconds: found.seconds,
    counterexample: counterexample === undefined ? null : counterexampleRow(counterexample),
  };
}

function counterexampleRow(found: Counterexample): Counterexample {
  return {
    kind: found.kind,
    message: found.message,
    replay: found.replay,
    interruptionsFound: found.interruptionsFound,
    interruptions: found.interruptions,
    steps: found.steps.map(stepRow),
  };
}

function stepRow(step: InterleavingStep): InterleavingStep {
  return {
    letter: step.letter,
    task: step.task,
    action: step.action,
    answer: step.answer,
    count: step.count,
    countMeaning: step.countMeaning,
    owner: step.owner,
    waiters: step.waiters,
    sleeps: step.sleeps,
  };
}
