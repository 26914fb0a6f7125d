/** A replay for people, in the order in which one reads it: calls, what differs, counts, the end. */
import { Chalk, type ChalkInstance } from 'chalk';
import { formatCount } from '../report/format.js';
import { renderGrid, wrapText, type Cell } from '../report/grid.js';
import { oneLine } from '../util/one-line.js';
import type { CallsDocument } from './calls-document.js';
import type { ReplayedStep } from './replay.js';

export interface CallsLook {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** Columns for sentences; calls and mappings are as long as they are. */
  readonly width?: number;
  /** A line for every call. */
  readonly each: boolean;
}

const WIDTH = 100;

/** Where results begin, unless a call is longer: as `strace -a`. */
const CALL_WIDTH = 60;

/** Ends with a newline. */
export function renderCalls(document: CallsDocument, look: CallsLook): string {
  const chalk = new Chalk({ level: look.color ? 1 : 0 });
  const { calls, notes, maps } = document;
  const parts = [
    wrapped(headline(document), look).map((line) => chalk.bold(line)),
    look.each ? calls.map((step) => callLine(step, lineDigits(calls), chalk)) : [],
    differences(document, look, chalk),
    counts(document, look, chalk),
    endState(document, look),
    notes.flatMap((note) => wrapped(note, look)),
    maps.trimEnd().split('\n').filter(Boolean),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function wrapped(text: string, { width = WIDTH }: CallsLook): string[] {
  return wrapText(text, Math.min(width, WIDTH));
}

function headline({ setting, calls, given }: CallsDocument): string {
  const { file, kernel, linux, thp } = setting;
  const what = file === '-' ? 'standard input' : oneLine(file);
  const before = given === 0 ? '' : ` on ${formatCount(given, 'mapping')} given`;
  return `${what}: ${formatCount(calls.length, 'call')}${before}; ${kernel}, Linux ${linux}, THP ${thp}`;
}

function lineDigits(calls: readonly ReplayedStep[]): number {
  return Math.max(...calls.map(({ line }) => String(line).length));
}

function callLine(step: ReplayedStep, digits: number, chalk: ChalkInstance): string {
  const { line, text, simulated, differs } = step;
  const start = `${String(line).padStart(digits)}  ${text.padEnd(CALL_WIDTH)}`;
  return differs
    ? `${start} = ${chalk.red(simulated)}  ${recordedBehind(step)}`
    : `${start} = ${simulated}`;
}

function recordedBehind({ recorded }: ReplayedStep): string {
  return `(recorded: ${recorded ?? ''})`;
}

function differences(document: CallsDocument, look: CallsLook, chalk: ChalkInstance): string[] {
  const { differences: found, compared, calls } = document;
  if (compared === 0) return ['No result is recorded: nothing to compare with.'];
  const these =
    compared === calls.length
      ? 'of all calls'
      : `of the ${formatCount(compared, 'call')} that have one`;
  if (found.length === 0) return wrapped(`No difference from the recorded results ${these}.`, look);
  const sentence = `${formatCount(found.length, 'difference')} from the recorded results ${these}:`;
  const header = ['line', 'call', 'recorded', 'simulated'].map((text): Cell => ({ text }));
  const rows = found.map((step): Cell[] => [
    { text: String(step.line), align: 'right' },
    { text: step.text },
    { text: step.recorded ?? '' },
    { text: step.simulated, paint: chalk.red },
  ]);
  return [...wrapped(sentence, look), ...renderGrid([header, ...rows])];
}

function counts(document: CallsDocument, look: CallsLook, chalk: ChalkInstance): string[] {
  const { counts: found, skipped } = document;
  const cell = (value: number): Cell => ({ text: String(value), align: 'right' });
  const header: Cell[] = [
    { text: 'call', paint: chalk.bold },
    ...['calls', 'failed', 'different'].map((text): Cell => {
      return { text, align: 'right', paint: chalk.bold };
    }),
  ];
  const rows = found.map(({ name, calls, failed, different }): Cell[] => {
    return [{ text: name }, cell(calls), cell(failed), cell(different)];
  });
  const others = skipped.map(({ name, lines }) => `${name} ${lines}`).join(', ');
  return [
    ...renderGrid([header, ...rows]),
    ...(others === '' ? [] : wrapped(`Skipped: ${others}.`, look)),
  ];
}

function endState(document: CallsDocument, look: CallsLook): string[] {
  const { faults, residentPages, mapCount, mapCountMax } = document;
  const { total, minor, major, kernelMinor, kernelMajor } = faults;
  const lines = [
    `Page faults: ${total} total, ${minor} minor, ${major} major; by the kernel itself ` +
      `${kernelMinor} minor, ${kernelMajor} major.`,
    `VMAs: ${mapCount} at the end, ${mapCountMax} at the peak; ` +
      `${formatCount(residentPages, 'page')} resident.`,
  ];
  return lines.flatMap((line) => wrapped(line, look));
}
