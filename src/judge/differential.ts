/** One program on two processes, the model's and Linux': the first difference between them. */
import { PAGE_SIZE } from '../mm/layout.js';
import { isKnown } from './differences.js';
import type { JudgedProcess, MapsLine } from './judged-process.js';
import { answerText } from './op-text.js';
import { perform, type Arena } from './perform.js';
import { OUTSIDE, type Answer, type Program } from './program.js';

export type Aspect = 'answer' | 'maps' | 'residency' | 'faults' | 'invariant' | 'crash';

export interface Difference {
  /** Index of the op after which they differ. */
  readonly step: number;
  readonly aspect: Aspect;
  readonly model: string;
  readonly linux: string;
}

export interface Sides {
  readonly model: JudgedProcess;
  readonly linux: JudgedProcess;
  /** Where each has its arena; equal unless a test wants otherwise. */
  readonly arena: Arena;
  /** Handles of the program's files on either side, from 1 on. */
  readonly modelFiles: readonly number[];
  readonly linuxFiles: readonly number[];
  /** `6.18` of the Linux that judges. */
  readonly release: string;
}

function isSameAnswer(a: Answer, b: Answer): boolean {
  if (a.result !== b.result || a.words.length !== b.words.length) return false;
  return a.words.every((word, index) => word === b.words[index]);
}

function isSameMapping(a: MapsLine, b: MapsLine): boolean {
  return (
    a.start === b.start &&
    a.end === b.end &&
    a.permissions === b.permissions &&
    a.offset === b.offset &&
    a.name === b.name
  );
}

function mapsText(mappings: readonly MapsLine[], arena: Arena): string {
  const lines = mappings.map(({ start, end, permissions, offset, name }) => {
    const from = (start - arena.start) / PAGE_SIZE;
    const to = (end - arena.start) / PAGE_SIZE;
    return `[${from},${to}) ${permissions} ${offset / PAGE_SIZE}p ${name}`.trimEnd();
  });
  return lines.length === 0 ? 'nothing' : lines.join('; ');
}

/** Fault counts: `r` of an answer says how many a step took. */
function faultText(minor: number, major: number): string {
  return `${minor} minor, ${major} major`;
}

/** Residency of every mapped stretch: both sides have the same mappings. */
function residencyDifference(
  { model, linux, arena }: Sides,
  mappings: readonly MapsLine[],
): Pick<Difference, 'model' | 'linux'> | undefined {
  for (let index = 0; index < mappings.length;) {
    const { start } = mappings[index]!;
    let end = start;
    while (mappings[index]?.start === end) end = mappings[index++]!.end;
    const real = linux.mincore(start, end - start).vec;
    const simulated = model.mincore(start, end - start).vec;
    let isSame = real.length === simulated.length;
    for (let page = 0; isSame && page < real.length; page++) {
      isSame = ((real[page]! ^ simulated[page]!) & 1) === 0;
    }
    if (isSame) continue;
    const text = (vec: Uint8Array): string =>
      `from page ${(start - arena.start) / PAGE_SIZE}: ${Array.from(vec, (byte) => byte & 1).join('')}`;
    return { model: text(simulated), linux: text(real) };
  }
  return undefined;
}

function stateDifference(sides: Sides): Omit<Difference, 'step'> | undefined {
  const { model, linux, arena } = sides;
  const real = linux.mappingsIn(arena.start, arena.end);
  const simulated = model.mappingsIn(arena.start, arena.end);
  const isSame =
    real.length === simulated.length &&
    real.every((mapping, at) => isSameMapping(mapping, simulated[at]!));
  if (!isSame) {
    return { aspect: 'maps', model: mapsText(simulated, arena), linux: mapsText(real, arena) };
  }
  const differs = residencyDifference(sides, real);
  return differs && { aspect: 'residency', ...differs };
}

/** By how many faults the model may be behind Linux. */
interface Lag {
  minor: number;
  major: number;
}

function lagOf({ model, linux }: Sides): Lag {
  return {
    minor: linux.minorFaults() - model.minorFaults(),
    major: linux.majorFaults() - model.majorFaults(),
  };
}

/** What differs after one op that both sides have made. */
function differenceAfter(
  sides: Sides,
  simulated: Answer,
  real: Answer,
  lag: Lag,
): Omit<Difference, 'step'> | undefined {
  if (!isSameAnswer(simulated, real)) {
    return { aspect: 'answer', model: answerText(simulated), linux: answerText(real) };
  }
  const differs = stateDifference(sides);
  if (differs) return differs;
  const { minor, major } = lagOf(sides);
  if (minor === lag.minor && major === lag.major) return undefined;
  const [simulatedMinor, simulatedMajor] = [sides.model.minorFaults(), sides.model.majorFaults()];
  return {
    aspect: 'faults',
    model: faultText(simulatedMinor, simulatedMajor),
    linux: faultText(simulatedMinor + minor - lag.minor, simulatedMajor + major - lag.major),
  };
}

/**
 * Runs the program, comparing after each op, until something differs; undefined as well where that is
 * known.
 */
export function differenceOf(program: Program, sides: Sides): Difference | undefined {
  const { model, linux, arena, modelFiles, linuxFiles, release } = sides;
  let lag: Lag = { minor: 0, major: 0 };
  for (const [step, op] of program.ops.entries()) {
    const simulated = perform(model, op, arena, modelFiles);
    const real = perform(linux, op, arena, linuxFiles);
    // How many faults populate what is placed elsewhere depends on where: they come in aligned windows.
    if (real.result === OUTSIDE) lag = lagOf(sides);
    const differs = differenceAfter(sides, simulated, real, lag);
    if (differs === undefined) continue;
    const difference = { step, ...differs };
    return isKnown(difference, program, release) ? undefined : difference;
  }
  const broken = model.check();
  if (broken.length === 0) return undefined;
  const step = program.ops.length - 1;
  return { step, aspect: 'invariant', model: broken.join('; '), linux: 'none' };
}
