/** The text of a file of calls made into a program for one process. */
import { oneLine } from '../util/one-line.js';
import { readArgument } from './arguments.js';
import { BadCalls } from './bad-calls.js';
import { CALLS, isCallName, UNSUPPORTED, type CallName, type CallShape } from './call-table.js';
import {
  firstProcess,
  joinLines,
  type Item,
  type NumberedLine,
  type RawCall,
} from './join-lines.js';
import type { CallStep, GivenMapping, Program, Recorded, TouchStep } from './program.js';
import { readLine } from './strace-line.js';

const QUOTED_MAX = 80;

/**
 * Throws BadCalls, with the number of the line, for a line that is neither a call in strace's notation
 * nor one of ours, and where nothing is in it to be run.
 */
export function readProgram(text: string): Program {
  const { items, unfinished } = joinLines(numberedLines(text));
  const process = firstProcess(items);
  const mappings: GivenMapping[] = [];
  const steps: (CallStep | TouchStep)[] = [];
  const skipped = new Map<string, number>();
  for (const item of process.items) {
    if (item.kind === 'mapping') mappings.push(givenMapping(item, steps.length > 0));
    else if (item.kind === 'touch') steps.push(touchStep(item));
    else if (isCallName(item.name)) steps.push(callStep(item, item.name));
    else skipped.set(item.name, (skipped.get(item.name) ?? 0) + 1);
  }
  if (steps.length === 0) throw new BadCalls(`there is no memory call (${callNames()}) in it`);
  const notes = [...process.notes, ...unfinishedNote(unfinished), ...unsupportedNote(skipped)];
  return { mappings, steps, skipped, notes };
}

function callNames(): string {
  return Object.keys(CALLS).join(', ');
}

function numberedLines(text: string): NumberedLine[] {
  const found: NumberedLine[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const read = readLine(line);
    if (read === undefined) {
      throw new BadCalls(
        `line ${index + 1}: expected a call as strace writes it, 'touch ADDR [LEN] r|w' or a line of ` +
          `/proc/PID/maps, not '${quoted(line)}'; let strace write to a file (-o), apart from what the ` +
          'program prints',
      );
    }
    if (read.kind !== 'nothing') found.push({ ...read, line: index + 1 });
  }
  return found;
}

function quoted(line: string): string {
  const trimmed = oneLine(line.trim());
  return trimmed.length > QUOTED_MAX ? `${trimmed.slice(0, QUOTED_MAX)}...` : trimmed;
}

function givenMapping(item: Extract<Item, { kind: 'mapping' }>, isLate: boolean): GivenMapping {
  if (isLate) {
    throw new BadCalls(
      `line ${item.line}: mappings say what was there before the first call, so they stand before it`,
    );
  }
  const { line, start, end, permissions, offset, name } = item;
  return { line, start, end, permissions, offset, name: oneLine(name) };
}

function touchStep({ line, address, bytes, access }: Extract<Item, { kind: 'touch' }>): TouchStep {
  const length = bytes === 1 ? '' : ` ${bytes}`;
  const text = `touch 0x${address.toString(16)}${length} ${access}`;
  return { name: 'touch', line, text, address, bytes, access };
}

function callStep(raw: RawCall, name: CallName): CallStep {
  const { parameters, optional }: CallShape = CALLS[name];
  const { line, text, args } = raw;
  if (args.length > parameters.length || args.length < parameters.length - optional) {
    const count = optional === 0 ? '' : `${parameters.length - optional} or `;
    throw new BadCalls(
      `line ${line}: ${name} takes ${count}${parameters.length} arguments, not ${args.length}: '${quoted(text)}'`,
    );
  }
  let path: string | undefined;
  const values = args.map((argument, index) => {
    const read = readArgument(argument, parameters[index]!);
    if (read === undefined) {
      throw new BadCalls(
        `line ${line}: '${quoted(argument)}' cannot be argument ${index + 1} of ${name}`,
      );
    }
    path = read.path === undefined ? path : oneLine(read.path);
    return read.value;
  });
  return { name, line, text: oneLine(text), args: values, path, recorded: recordedOf(raw) };
}

/** What may follow a result: its meaning, what strace did to the call, and -T's time. */
const BEHIND = /^(?:\s+\(.*\))*(?:\s+<[\d.]+>)?$/;

function recordedOf({ line, result }: RawCall): Recorded | undefined {
  if (result === undefined || result.startsWith('?')) return undefined;
  const [all, number, error] = /^(0x[0-9a-f]+|-?\d+)(?:\s+(E[A-Z0-9]+))?/i.exec(result) ?? [];
  if (number === undefined || !BEHIND.test(result.slice(all?.length))) {
    throw new BadCalls(
      `line ${line}: a result is '0', '0x7f...', '-1 ENOMEM (...)' or '?', not '${quoted(result)}'`,
    );
  }
  return error === undefined ? { value: Number(number) } : { error };
}

function unfinishedNote(count: number): string[] {
  if (count === 0) return [];
  const calls =
    count === 1 ? '1 call that never returns is' : `${count} calls that never return are`;
  return [`${calls} left out.`];
}

function unsupportedNote(skipped: ReadonlyMap<string, number>): string[] {
  const names = UNSUPPORTED.filter((name) => skipped.has(name));
  if (names.length === 0) return [];
  return [
    `The address space may go astray: ${names.join(', ')} changed it, and cannot be replayed.`,
  ];
}
