/** A program run on a simulated process, call by call, and compared with what was recorded. */
import type { FaultCounts, SimulatedProcess, Touched } from '../process/process.js';
import { errnoName } from '../mm/errno.js';
import { assert } from '../util/assert.js';
import { CALLS } from './call-table.js';
import { Files } from './files.js';
import { mapGiven } from './given-mappings.js';
import { perform } from './perform.js';
import type { CallStep, GivenMapping, Program, Recorded, TouchStep } from './program.js';
import { isError, recordedText, resultText } from './result-text.js';

/** A step and what came of it; results as strace writes them. */
export interface ReplayedStep {
  /** Counted from 1. */
  readonly line: number;
  readonly name: string;
  /** `munmap(0x7f1946355000, 34547)` */
  readonly text: string;
  /** `0x7f1946355000`, `0`, `-1 ENOMEM`, `ok`, `SIGSEGV (SEGV_MAPERR)`. */
  readonly simulated: string;
  /** Null where the file tells no result. */
  readonly recorded: string | null;
  readonly failed: boolean;
  readonly differs: boolean;
}

/** A mapping at the end; bytes. */
export type FinalMapping = Omit<GivenMapping, 'line'>;

export interface Replay {
  readonly steps: readonly ReplayedStep[];
  readonly faults: FaultCounts;
  readonly residentPages: number;
  readonly mapCount: number;
  readonly mapCountMax: number;
  readonly mappings: readonly FinalMapping[];
  /** The same as text, as /proc/PID/maps has it. */
  readonly maps: string;
}

const PAGE_BYTES = 4096;

const TOUCHED: Readonly<Record<Touched, string>> = {
  ok: 'ok',
  maperr: 'SIGSEGV (SEGV_MAPERR)',
  accerr: 'SIGSEGV (SEGV_ACCERR)',
  bus: 'SIGBUS (BUS_ADRERR)',
  oom: 'out of memory',
};

/**
 * Throws BadCalls for mappings that cannot be made and files there is no room for, InvariantBroken if
 * the address space is not sound at the end.
 */
export function replay(program: Program, process: SimulatedProcess): Replay {
  const files = new Files(program, process.open.bind(process));
  mapGiven(process, program, files);
  const steps = program.steps.map((step) =>
    step.name === 'touch' ? touch(process, step) : call(process, step, files),
  );
  const [broken] = process.check();
  assert(broken === undefined, broken ?? '');
  return {
    steps,
    faults: process.faults(),
    residentPages: process.residentPages,
    mapCount: process.mapCount,
    mapCountMax: process.mapCountMax,
    mappings: process.mappings().map(({ start, end, permissions, offset, name }) => {
      return { start, end, permissions, offset, name };
    }),
    maps: process.mapsText(),
  };
}

function call(process: SimulatedProcess, step: CallStep, files: Files): ReplayedStep {
  const { line, name, text, recorded } = step;
  const { returns } = CALLS[name];
  const result = perform(process, step, files);
  return {
    ...{ line, name, text },
    simulated: resultText(result, returns),
    recorded: recorded === undefined ? null : recordedText(recorded, returns),
    failed: isError(result),
    differs: recorded !== undefined && !isSame(result, recorded),
  };
}

/** Errors are compared by name: a recording may hold some that no call here returns. */
function isSame(result: number, { value, error }: Recorded): boolean {
  if (error !== undefined) return isError(result) && errnoName(-result) === error;
  return result === value;
}

/** One access per page, in order, up to the first that fails. */
function touch(process: SimulatedProcess, step: TouchStep): ReplayedStep {
  const { line, name, text, address, bytes, access } = step;
  let touched: Touched = 'ok';
  let at = address;
  for (; at < address + bytes; at = at - (at % PAGE_BYTES) + PAGE_BYTES) {
    touched = process.touch(at, access);
    if (touched !== 'ok') break;
  }
  const failed = touched !== 'ok';
  const place = failed && at !== address ? ` at 0x${at.toString(16)}` : '';
  const simulated = `${TOUCHED[touched]}${place}`;
  return { ...{ line, name, text }, simulated, recorded: null, failed, differs: false };
}
