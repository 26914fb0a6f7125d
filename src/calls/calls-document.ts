/** What a replay has shown, as one document; described by `results/calls.schema.json`. */
import type { FaultCounts } from '../process/process.js';
import type { ToolFacts } from '../report/result.js';
import type { Program } from './program.js';
import type { FinalMapping, Replay, ReplayedStep } from './replay.js';

export const CALLS_SCHEMA = 'mmsem-bench/calls';
export const CALLS_VERSION = 1;

/** What the calls ran on. */
export interface CallsSetting {
  /** Name of the file; `-` is standard input. */
  readonly file: string;
  readonly kernel: string;
  /** Version of Linux whose rules hold. */
  readonly linux: string;
  readonly thp: string;
  readonly maxMapCount: number;
}

export interface CallCount {
  readonly name: string;
  readonly calls: number;
  /** Returned an error, or ended in a signal. */
  readonly failed: number;
  readonly different: number;
}

export interface CallsDocument {
  readonly schema: typeof CALLS_SCHEMA;
  readonly version: typeof CALLS_VERSION;
  readonly tool: ToolFacts;
  readonly setting: CallsSetting;
  /** Mappings that were there before the first call. */
  readonly given: number;
  /** Every call and touch in the order in which they ran. */
  readonly calls: readonly ReplayedStep[];
  /** By name, in order of appearance. */
  readonly counts: readonly CallCount[];
  /** How many calls have a result recorded. */
  readonly compared: number;
  /** Those of `calls` that differ from what was recorded. */
  readonly differences: readonly ReplayedStep[];
  /** Lines of other calls, by the calls' names. */
  readonly skipped: readonly { readonly name: string; readonly lines: number }[];
  readonly faults: FaultCounts;
  readonly residentPages: number;
  readonly mapCount: number;
  readonly mapCountMax: number;
  /** The address space at the end, lowest mapping first; addresses and offsets in bytes. */
  readonly mappings: readonly FinalMapping[];
  /** The same as text, as /proc/PID/maps has it. */
  readonly maps: string;
  /** What was left out, and why; a sentence each. */
  readonly notes: readonly string[];
}

export function buildCalls(
  tool: ToolFacts,
  setting: CallsSetting,
  program: Program,
  replay: Replay,
): CallsDocument {
  const { steps, ...end } = replay;
  return {
    schema: CALLS_SCHEMA,
    version: CALLS_VERSION,
    tool,
    setting,
    given: program.mappings.length,
    calls: steps,
    counts: countsOf(steps),
    compared: steps.filter(({ recorded }) => recorded !== null).length,
    differences: steps.filter(({ differs }) => differs),
    skipped: [...program.skipped].map(([name, lines]) => ({ name, lines })),
    ...end,
    notes: [...program.notes, ...unknownNote(program, steps)],
  };
}

/** What every program does to the memory that its execve has mapped differs without that memory. */
function unknownNote({ mappings }: Program, steps: readonly ReplayedStep[]): string[] {
  const isUnknown = ({ differs, recorded, simulated }: ReplayedStep): boolean =>
    differs && recorded === '0' && simulated === '-1 ENOMEM';
  if (mappings.length > 0 || !steps.some(isUnknown)) return [];
  return [
    'Calls that find nothing mapped (ENOMEM) may be about what execve has mapped: put the lines of ' +
      '/proc/PID/maps right after it before the first call.',
  ];
}

function countsOf(steps: readonly ReplayedStep[]): CallCount[] {
  const names = [...new Set(steps.map(({ name }) => name))];
  return names.map((name) => {
    const those = steps.filter((step) => step.name === name);
    return {
      name,
      calls: those.length,
      failed: those.filter(({ failed }) => failed).length,
      different: those.filter(({ differs }) => differs).length,
    };
  });
}

/** JSON with a final newline. */
export function formatCalls(document: CallsDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
